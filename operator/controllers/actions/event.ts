import { API_VERSION } from '../../api/names.ts';
import type { ActionContext, ActionOf } from './context.ts';

/** Tells people what happened; it is never waited for. */
export const event = ({ events, bluegreen }: ActionContext, action: ActionOf<'event'>): void => {
  const { type, reason, message } = action;
  const { namespace, name, uid, resourceVersion } = bluegreen;
  const regarding = { apiVersion: API_VERSION, kind: 'BlueGreen', namespace, name, uid, resourceVersion };
  events.record({ regarding, type, reason, action: 'Release', message });
};
