import type { Action } from '../plan/types.ts';
import type { ActionContext } from './actions/context.ts';
import { CopyTakenError } from './actions/copy-config.ts';
import { event } from './actions/event.ts';
import { isRefusal } from './refusal.ts';
import { writeStatus } from './status.ts';

/**
 * Says on the BlueGreen why an action cannot be done, when that is not going to pass by itself: a missing permission, a
 * quota, a name that is taken. The status stays the one on record but for its sentence, since the plan was not carried
 * out.
 */
export const reportFailure = async (context: ActionContext, action: Action, error: unknown): Promise<void> => {
  const reason = whatPeopleCanMend(error);
  const { status } = context.bluegreen;
  if (reason === undefined || status === undefined) return;
  event(context, { kind: 'event', type: 'Warning', reason: 'ActionFailed', message: `${action.kind}: ${reason}` });
  const waitingFor = `an obstacle to be removed (${action.kind}): ${reason}`;
  await writeStatus(context, { ...status, step: { ...status.step, waitingFor } });
};

const whatPeopleCanMend = (error: unknown): string | undefined => {
  if (error instanceof CopyTakenError) return error.message;
  return isRefusal(error) ? error.explanation : undefined;
};
