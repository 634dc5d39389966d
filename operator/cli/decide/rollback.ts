import type { BlueGreen, HistoryEntry } from '../../api/bluegreen.ts';
import { SLOTS } from '../../api/names.ts';
import { StateError } from '../errors.ts';
import { askedRevision } from './asked.ts';
import type { Intent } from './intent.ts';

/** A release that was rolled back may have served (`Rollback`), or was given up on the way (`Decision`). */
const hasServed = ({ outcome, reason }: HistoryEntry): boolean =>
  outcome === 'Promoted' || (outcome === 'RolledBack' && reason === 'Rollback');

/**
 * Run an earlier release in place of the one that the spec asks for, until the spec moves on.
 *
 * @param recorded names of the recorded releases, newest first
 * @param to one of them; default: the one that served before
 */
export const rollback = (blueGreen: BlueGreen, recorded: readonly string[], to: string | undefined): Intent => {
  const { metadata, spec, status } = blueGreen;
  const revision = askedRevision(blueGreen);
  if (revision === undefined || status === undefined) {
    throw new StateError('Nothing to go back from: the operator has not said yet what the spec asks for');
  }
  const found = to ?? before(blueGreen, revision, recorded);
  if (found === undefined) {
    const others = recorded.filter((name) => name !== revision);
    throw new StateError(
      `Expected a release that served before ${revision}, found none${others.length === 0 ? '' : `; on record: ${others.join(', ')} (--to)`}`,
    );
  }
  if (found === revision) {
    throw new StateError(
      status.target === revision
        ? `${found} is what the spec asks for: nothing to go back to`
        : `${found} is what the spec asks for: kubectl relevo retry ${metadata.name} goes forward to it`,
    );
  }
  const { decision } = spec;
  return {
    change: { decision: { revision, action: 'Rollback', to: found } },
    sentence: sentenceFor(blueGreen, revision, found),
    isDone: decision?.action === 'Rollback' && decision.revision === revision && decision.to === found,
  };
};

const before = ({ status }: BlueGreen, revision: string, recorded: readonly string[]): string | undefined => {
  if (status?.active !== undefined && status.active !== revision) return status.active;
  return status?.history.find(
    (entry) => entry.revision !== revision && hasServed(entry) && recorded.includes(entry.revision),
  )?.revision;
};

const sentenceFor = ({ status }: BlueGreen, revision: string, to: string): string => {
  const until = `this stands until the spec changes`;
  if (status?.active === to) return `${revision} is given up and ${to} goes on serving; ${until}`;
  const isKept = SLOTS.some((slot) => status?.slots[slot]?.revision === to && status.slots[slot].replicas > 0);
  return isKept
    ? `${to} still has its pods and takes the traffic back from ${status?.active} at once; ${until}`
    : `the pods of ${to} come back from its record, code and config, and take the traffic from ${status?.active} when all are ready; ${until}`;
};
