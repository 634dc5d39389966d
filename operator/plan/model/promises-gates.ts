import type { BlueGreenStatus, StepName } from '../../api/bluegreen.ts';
import { bothSelector } from '../../api/names.ts';
import { promise } from './broken-promise.ts';
import type { Cluster } from './cluster.ts';
import type { Errand } from './process.ts';
import { isSame } from './same.ts';
import { NAME } from './templates.ts';
import { hasPassed } from './promises-checks.ts';
import type { Witness } from './witness.ts';

/** How far each step is on the way to traffic: what it has behind it. */
const ORDER: Partial<Record<StepName, number>> = {
  Filling: 0,
  Soaking: 1,
  Checking: 2,
  AwaitingPromotion: 3,
  Scaling: 4,
  Overlapping: 4,
  Switching: 4,
  Abandoning: 4,
};

const SOAK = 1;
const CHECKS = 2;
const PERSON = 3;

/**
 * I5: no release passes a gate that it must pass. A status is written only on top of the spec that it was planned from,
 * so the gates are those of the spec as it stands.
 */
export class GatePromises {
  readonly #cluster: Cluster;
  readonly #witness: Witness;

  constructor(cluster: Cluster, witness: Witness) {
    this.#cluster = cluster;
    this.#witness = witness;
  }

  /** Judges a write of status. */
  written(errand: Errand, before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    this.#rejected(errand, before, after);
    this.#overlapped(errand, before, after);
    const { release, step } = after;
    if (release === undefined || before?.active === undefined) return;
    if (release.rollback === true) {
      promise(
        this.#witness.statusLost || this.#witness.checks.served.has(release.revision),
        'I5',
        `${release.revision}, which has never served, passes no gate`,
      );
      return;
    }
    const isOn = before.release?.startedAt === release.startedAt;
    const from = isOn ? (ORDER[before.step.name] ?? 0) : 0;
    const to = ORDER[step.name] ?? 0;
    promise(
      !isOn || to <= from || !this.#cluster.bluegreen.spec.paused,
      'I5',
      `${release.revision} goes on from ${before.step.name} to ${step.name} while spec.paused is true`,
    );
    if (from <= SOAK && to > SOAK) this.#soaked(release.revision);
    if (from <= CHECKS && to > CHECKS) this.#checked(release.revision, after);
    if (from <= PERSON && to > PERSON) this.#promoted(errand, release.revision);
  }

  /** An overlap lasts as long as the spec asks for, unless the old slot is down. */
  #overlapped({ deployments, service }: Errand, before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    const { overlap, tolerance } = this.#witness;
    if (before?.step.name !== 'Overlapping' || after.step.name !== 'Switching' || overlap === undefined) return;
    // Somebody else may have ended it.
    if (!isSame(service?.selector, bothSelector(NAME))) return;
    const old = Object.values(deployments).find(({ revision }) => revision === before.active);
    if (old === undefined || old.status.ready === 0) return;
    const left = overlap.since + overlap.seconds * 1000 - this.#cluster.now - tolerance;
    promise(left <= 0, 'I5', `the overlap ends ${left / 1000} s too early`);
  }

  #isPromoted(revision: string): boolean {
    const { decision } = this.#cluster.bluegreen.spec;
    return decision?.action === 'Promote' && decision.revision === revision;
  }

  #soaked(revision: string): void {
    const { soak, tolerance } = this.#witness;
    if (this.#cluster.bluegreen.spec.promotion.soakSeconds === 0 || this.#isPromoted(revision)) return;
    promise(soak !== undefined, 'I5', `${revision} goes on without any soak`);
    if (soak === undefined) return;
    const left = soak.since + soak.seconds * 1000 - this.#cluster.now - tolerance;
    promise(left <= 0, 'I5', `${revision} goes on ${left / 1000} s before its soak is over`);
  }

  #checked(revision: string, { checks }: BlueGreenStatus): void {
    const wanted = this.#cluster.bluegreen.spec.checks.before;
    if (wanted.length === 0) return;
    const { runs, pass } = this.#witness.checks;
    promise(
      checks?.stage === 'Before' && checks.revision === revision && runs.get(checks.run) === pass,
      'I5',
      `${revision} goes on without checks of its own`,
    );
    promise(
      wanted.every((check) => hasPassed(check, checks?.results ?? [])),
      'I5',
      () => `${revision} goes on, its checks say ${JSON.stringify(checks?.results)}`,
    );
  }

  #promoted({ snapshot }: Errand, revision: string): void {
    const { promotion, decision } = this.#cluster.bluegreen.spec;
    const isRollback = decision?.action === 'Rollback' && decision.revision === snapshot.desired.revision;
    promise(
      promotion.mode === 'Automatic' || this.#isPromoted(revision) || isRollback,
      'I5',
      `${revision} goes on, no person has promoted it`,
    );
  }

  /** I6: what was given up is not tried again until the spec changes, or a person says so. */
  #rejected({ snapshot, bluegreen }: Errand, before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    const [entry] = after.history;
    const isNew = entry !== undefined && entry.endedAt !== before?.history[0]?.endedAt;
    promise(
      !isNew || entry.reason !== 'CheckFailed' || after.rejected === entry.revision,
      'I6',
      `${entry?.revision} has failed a check and is not rejected`,
    );
    const rejected = before?.rejected;
    if (rejected === undefined || after.rejected === rejected) return;
    const { decision } = bluegreen.spec;
    const { retried } = before ?? {};
    const isRetry =
      decision?.action === 'Retry' &&
      decision.revision === rejected &&
      (retried?.revision !== rejected || retried.requestedAt !== decision.requestedAt);
    // There is one place for what was given up last; whoever fails while the other one is whole again takes it.
    const isReplaced = after.rejected !== undefined;
    const isElse = isReplaced || snapshot.desired.revision !== rejected || decision?.action === 'Rollback';
    promise(isRetry || isElse, 'I6', `${rejected}, which was given up, may be tried again though nobody says so`);
  }
}
