import { announce } from '../observation/announce.ts';
import type { ActionContext, ActionOf } from './context.ts';

/** Tells people what happened; it is never waited for. */
export const event = ({ events, bluegreen }: ActionContext, action: ActionOf<'event'>): void => {
  const { type, reason, message } = action;
  announce(events, bluegreen, { type, reason, message });
};
