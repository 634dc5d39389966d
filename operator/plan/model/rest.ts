import type { StepName } from '../../api/bluegreen.ts';
import { LABEL_BLUEGREEN, LABEL_REVISION, otherSlot, revisionSelector, SLOTS, type Traffic } from '../../api/names.ts';
import { findCondition } from '../../api/conditions.ts';
import type { ConditionType } from '../../api/conditions.ts';
import { BrokenPromise, promise } from './broken-promise.ts';
import { SERVICES } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { isSame } from './same.ts';
import type { Simulation } from './simulation.ts';
import { NAME, templateId, templateOf, templateOfRevision } from './templates.ts';

const MOST_ROUNDS = 200;
/** Enough to pass every deadline of a spec. */
const QUIET_ROUNDS = 6;

/**
 * Lets the leader work undisturbed until nothing moves any more. The other process, deposed, carries out what it has
 * begun and falls silent.
 */
export const comeToRest = (simulation: Simulation, leader: 0 | 1): void => {
  const { cluster } = simulation;
  const deposed = leader === 0 ? 1 : 0;
  while (simulation.process(deposed).errand !== undefined) simulation.act(deposed);
  let quiet = 0;
  // To be called again at once is right only after a question, and that is answered at once.
  let hot = 0;
  const last: string[] = [];
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
    simulation.settle(leader);
    const steps = simulation.round(leader);
    const process = simulation.process(leader);
    const wake = process.lastPlan?.requeueAt;
    if (steps.length > 0) {
      quiet = 0;
      last.push(...steps.map((step) => (step.kind === 'action' ? step.action.kind : step.kind)));
      continue;
    }
    // A measurement that was begun by what was left of an errand.
    if (simulation.answer(leader)) continue;
    if (wake === undefined || ++quiet > QUIET_ROUNDS) return;
    hot = wake > process.now ? 0 : hot + 1;
    promise(hot < 2, 'rest', `plan wants to be called again at once, though nothing moves`);
    // What is watched every few seconds only to explain a wait is passed over.
    cluster.now += Math.max(wake - process.now, quiet * 5_000);
  }
  throw new BrokenPromise('rest', `still at work after ${MOST_ROUNDS} rounds: ${last.slice(-12).join(', ')}`);
};

/** Undoes what keeps any release from moving: pause, missing Services, missing ConfigMaps. */
export const restore = (simulation: Simulation): void => {
  const { cluster, people } = simulation;
  people.edit((spec) => ({ ...spec, paused: false }));
  people.createService('active');
  people.createService('preview');
  if (cluster.configs.get('a') === undefined) people.config('a', 0);
};

/** I8: a process that starts anew when all is at rest writes nothing. */
export const checkRestart = (simulation: Simulation, leader: 0 | 1): void => {
  simulation.restart(leader, 0);
  const steps = simulation.round(leader);
  const writes = steps
    .map((step) => (step.kind === 'action' ? step.action.kind : step.kind))
    // That a template is refused is known only to the process that has asked; to ask again changes nothing.
    .filter(
      (kind) => kind !== 'validate' || templateOf(templateId(simulation.cluster.bluegreen.spec.template)).admissible,
    );
  promise(writes.length === 0, 'I8', `a restart at rest leads to ${writes.join(', ')}`);
};

/** Whether pods of that revision can become ready, if it is asked for. */
const canRun = (cluster: Cluster, revision: string): boolean => {
  const { steps, admissible } = templateOfRevision(revision);
  const copies = cluster.records.get(revision)?.copies ?? [];
  const lost = copies.some((copy) => cluster.copies.get(copy) === undefined);
  return admissible && steps < Infinity && !lost && !cluster.broken.has(revision);
};

/** The revision that the spec, with its decision, asks for; undefined where that cannot be said. */
const askedFor = (cluster: Cluster): string | undefined => {
  const { desired, bluegreen, status } = cluster;
  const { decision } = bluegreen.spec;
  if (decision === undefined || decision.revision !== desired.revision) return desired.revision;
  if (decision.action !== 'Rollback') return desired.revision;
  const to = decision.to ?? (status?.target === desired.revision ? undefined : status?.target);
  return to !== undefined && cluster.records.get(to) !== undefined ? to : undefined;
};

/** The gate at which the release of what is asked for waits, as it must. */
const heldAt = ({ status, bluegreen: { spec } }: Cluster, wanted: string): StepName | undefined => {
  const { decision, promotion, replicas } = spec;
  const name = status?.step.name;
  if (name === undefined || status?.release?.revision !== wanted || status.release.rollback === true) return undefined;
  const isPromoted = decision?.revision === wanted && decision.action === 'Promote';
  if (name === 'AwaitingPromotion') return promotion.mode === 'Manual' && !isPromoted ? name : undefined;
  return name === 'Checking' && replicas === 0 ? name : undefined;
};

/** Checks that everything at rest is as the last spec asks for. */
export const checkRest = (simulation: Simulation): void => {
  const { cluster } = simulation;
  const { status, bluegreen } = cluster;
  const { spec, generation } = bluegreen;
  const check = (holds: boolean, message: string): void =>
    promise(holds, 'rest', () => `${message} (${where(cluster)})`);
  if (status === undefined) throw new BrokenPromise('rest', 'there is no status');
  const wanted = askedFor(cluster);
  const { active, rejected } = status;
  check(status.observedGeneration === generation, `the spec of generation ${generation} is not observed`);
  const aborted = wanted !== undefined && (rejected === wanted || isAborted(simulation, wanted));
  // Two things are only said, and what serves goes on: a decision that cannot be carried out, and a foreign selector
  // that cannot be put back because it names pods that are ready while no active one is.
  const isInvalid = status.conditions.some(({ reason }) => reason === 'InvalidDecision' || reason === 'ActiveNotReady');
  const held = wanted === undefined ? undefined : heldAt(cluster, wanted);
  // Whoever has failed after the switch and cannot be taken back serves on; only a person can end that.
  const isStuck = status.step.name === 'Verifying' && findCondition(status.conditions, 'Stalled')?.status === 'True';
  const reachable = wanted !== undefined && !aborted && !isInvalid && held === undefined && canRun(cluster, wanted);
  if (reachable) {
    check(active === wanted, `${wanted} can run, but is not active`);
    check(status.step.name === 'Stable' || isStuck, `the step is ${status.step.name}`);
  }
  if (rejected !== undefined && rejected === wanted) {
    // It may be that nothing else can run either.
    const runs = cluster.pods.some((pod) => pod.revision === rejected && pod.ready);
    const back = status.release?.rollback === true ? status.release.revision : undefined;
    const isBackLost = back !== undefined && !canRun(cluster, back);
    check(rejected !== active || !runs || isBackLost, `${rejected} is active and rejected`);
    const { aborts, crashed, checks } = simulation.witness;
    const guilty = aborts.has(rejected) || crashed.has(rejected) || checks.failed.has(rejected);
    check(guilty, `${rejected} is rejected without a reason`);
  }
  const { revisionHistoryLimit: limit } = spec;
  const live = new Set([
    active,
    status.target,
    cluster.desired.revision,
    ...cluster.deployments.list().map(({ revision }) => revision),
  ]);
  const old = cluster.records.list().filter(({ name }) => !live.has(name));
  const isHeld = isInvalid || (status.step.name !== 'Stable' && status.step.name !== 'Filling');
  check(isHeld || old.length <= limit, `${old.length} old records are kept, limit ${limit}`);
  const used = new Set([...cluster.deployments.list(), ...cluster.records.list()].flatMap(({ copies }) => copies));
  const kept = new Set(cluster.desired.configs.map(({ copy }) => copy));
  const litter = cluster.copies
    .list()
    .filter(({ name, owners }) => owners.includes(NAME) && !used.has(name) && !kept.has(name));
  check(
    isHeld || litter.length === 0,
    `copies that nothing names are kept: ${litter.map(({ name }) => name).join(', ')}`,
  );
  if (active === undefined) {
    check(!reachable, `nothing is active`);
    return;
  }
  const slot = SLOTS.find((each) => cluster.deployment(each)?.revision === active);
  if (slot === undefined) throw new BrokenPromise('rest', `no slot holds the active ${active} (${where(cluster)})`);
  const selector = cluster.activeService?.selector;
  const serves = cluster.readyPods(slot, active) > 0 || spec.replicas === 0;
  check(
    !serves || same(selector, revisionSelector(NAME, active)),
    `the active selector is ${JSON.stringify(selector)}`,
  );
  check(cluster.deployment(slot)?.replicas === spec.replicas, `the active slot is not at size ${spec.replicas}`);
  // A switch that cannot be made is still being announced. In a pod, that it is leaving lapses by itself.
  const isAnnounced = status.step.name === 'Switching' || cluster.readyPods(slot, active) === 0;
  const isSentAway = (traffic: Traffic = 'active'): boolean =>
    traffic === 'retired' || (traffic === 'leaving' && !isAnnounced);
  const sentAway = cluster.pods.filter((pod) => pod.revision === active && isSentAway(pod.traffic));
  // A release that is the first to serve tells nobody: its pods are new, unless both status and Service were lost.
  check(
    simulation.witness.statusLost || sentAway.length === 0,
    `${sentAway.length} active pods are told that they are leaving or retired`,
  );
  const rival = cluster.deployment(otherSlot(slot));
  // Where the active one is down, the way back to another that is down may be under way for ever.
  const isLost = !serves && status.release?.rollback === true;
  if ((active === wanted || aborted) && !isLost && !isStuck) {
    const isBoth = selector?.[LABEL_BLUEGREEN] === NAME && selector[LABEL_REVISION] === undefined;
    const named = isBoth || (rival !== undefined && selector?.[LABEL_REVISION] === rival.revision);
    check(named || (rival?.replicas ?? 0) === 0, `the idle slot still has ${rival?.replicas} replicas`);
    check(status.release === undefined, `a release of ${status.release?.revision} is still under way`);
  }
  const expectCondition = (type: ConditionType, expected: string): void => {
    const found = findCondition(status.conditions, type);
    check(found?.status === expected, `condition ${type} is ${found?.status} (${found?.reason}), expected ${expected}`);
  };
  if (held === 'AwaitingPromotion' && !isInvalid && serves && cluster.readyPods(slot, active) === spec.replicas) {
    expectCondition('Ready', 'True');
    expectCondition('Reconciling', 'False');
  }
  if (active !== wanted || !reachable || status.step.name !== 'Stable') return;
  const preview = spec.services.preview === undefined ? undefined : cluster.services.get(SERVICES.preview)?.selector;
  check(
    preview === undefined || same(preview, revisionSelector(NAME, active)),
    `the preview selector is ${JSON.stringify(preview)}`,
  );
  expectCondition('Ready', 'True');
  expectCondition('Reconciling', 'False');
  expectCondition('Stalled', 'False');
};

const isAborted = ({ cluster }: Simulation, revision: string): boolean => {
  const { decision } = cluster.bluegreen.spec;
  return decision?.action === 'Abort' && decision.revision === revision && cluster.status?.active !== revision;
};

const same = (a: Record<string, string> | undefined, b: Record<string, string>): boolean => isSame(a, b);

const where = ({ status, deployments, desired }: Cluster): string =>
  [
    `asked for ${desired.revision}`,
    `active ${status?.active}`,
    `target ${status?.target}`,
    `step ${status?.step.name}: ${status?.step.waitingFor}`,
    ...deployments
      .list()
      .map(({ slot, revision, replicas, status: { ready } }) => `${slot} ${revision} ${ready}/${replicas}`),
  ].join('; ');
