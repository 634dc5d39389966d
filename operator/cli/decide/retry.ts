import type { BlueGreen } from '../../api/bluegreen.ts';
import { StateError } from '../errors.ts';
import { askedRevision } from './asked.ts';
import type { Intent } from './intent.ts';

/**
 * Try the revision that the spec asks for again, after it was aborted, has failed, or was rolled back from.
 *
 * @param requestedAt tells this Retry from an earlier one of the same revision
 */
export const retry = (blueGreen: BlueGreen, named: string | undefined, requestedAt: string): Intent => {
  const { metadata, status } = blueGreen;
  const revision = askedRevision(blueGreen);
  if (revision === undefined || status === undefined) {
    throw new StateError(`Nothing to retry: the operator has not said yet what the spec asks for`);
  }
  if (named !== undefined && named !== revision) {
    throw new StateError(
      `Expected ${named} to be what the spec asks for, found ${revision}: to go to another one, kubectl relevo rollback ${metadata.name} --to ${named}`,
    );
  }
  if (revision === status.target) {
    const where = status.active === revision ? 'it serves' : `it is under way (${status.step.name})`;
    throw new StateError(`Nothing to retry: ${revision} is what is asked for, and ${where}`);
  }
  return {
    change: { decision: { revision, action: 'Retry', requestedAt } },
    sentence: `${revision} is tried again from the beginning, with fresh checks; ${status.active ?? 'nothing'} serves meanwhile`,
    isDone: false,
  };
};
