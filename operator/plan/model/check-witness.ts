import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import type { Ended } from './measuring.ts';

/** What the true history tells of checks. */
export class CheckWitness {
  /** What measurements have ever answered, by id, and when the first of each id ended, in true time. */
  readonly answers = new Map<string, { verdicts: Set<string>; at: number }>();
  /** Revisions that were given up by a failed check, ever. */
  readonly failed = new Set<string>();
  /** Revisions that have ever been active. */
  readonly served = new Set<string>();
  /** In which pass through the gates each run of checks began. */
  readonly runs = new Map<string, number>();
  /** Raised whenever a release begins to pass the gates, for the first time or anew. */
  pass = 0;
  /** True time at which the checks after the switch began, and how long they were to last. */
  verifying: { since: number; seconds: number } | undefined;

  /** Status is lost, and with it the names of all runs. */
  forget(): void {
    this.answers.clear();
    this.runs.clear();
    this.verifying = undefined;
  }

  ended({ id, verdict }: Ended, now: number): void {
    const known = this.answers.get(id);
    if (known === undefined) this.answers.set(id, { verdicts: new Set([verdict]), at: now });
    else known.verdicts.add(verdict);
  }

  /** To be called after every write of status. */
  statusWritten(before: BlueGreenStatus | undefined, after: BlueGreenStatus, plannedAt: number, window: number): void {
    if (after.active !== undefined) this.served.add(after.active);
    const isNew = after.release?.startedAt !== before?.release?.startedAt;
    if (isNew || (after.step.name === 'Filling' && before?.step.name !== 'Filling')) this.pass += 1;
    const run = after.checks?.run;
    if (run !== undefined && run !== before?.checks?.run) this.runs.set(run, this.pass);
    if (after.step.name !== 'Verifying') this.verifying = undefined;
    else if (before?.step.name !== 'Verifying') this.verifying = { since: plannedAt, seconds: window };
    const [entry] = after.history;
    if (entry?.reason === 'CheckFailed') this.failed.add(entry.revision);
  }
}
