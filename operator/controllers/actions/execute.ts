import type { Action } from '../../plan/types.ts';
import { fence, select } from './change-service.ts';
import { claim, scale } from './change-slot.ts';
import type { ActionContext } from './context.ts';
import { copyConfig } from './copy-config.ts';
import { deleteRecord } from './delete-record.ts';
import { event } from './event.ts';
import { fill } from './fill.ts';
import { measure } from './measure.ts';
import { record } from './record.ts';
import { releaseCopy } from './release-copy.ts';
import { signal } from './signal.ts';
import { validate } from './validate.ts';

/** Carries out one action. It throws when the action could not be done whole; nothing may follow it then. */
export const execute = async (context: ActionContext, action: Action): Promise<void> => {
  switch (action.kind) {
    case 'validate':
      return validate(context, action);
    case 'copyConfig':
      return copyConfig(context, action);
    case 'record':
      return record(context, action);
    case 'fill':
      return fill(context, action);
    case 'scale':
      return scale(context, action);
    case 'claim':
      return claim(context, action);
    case 'select':
      return select(context, action);
    case 'fence':
      return fence(context, action);
    case 'signal':
      return signal(context, action);
    case 'deleteRecord':
      return deleteRecord(context, action);
    case 'releaseCopy':
      return releaseCopy(context, action);
    case 'measure':
      return measure(context, action);
    case 'event':
      return event(context, action);
  }
};

/**
 * Whether the next snapshot shows what the action changed, from the caches or from memory, so that another plan may
 * follow without waiting for a watch.
 */
export const isSeenAtOnce = ({ kind }: Action): boolean => !SEEN_LATER.has(kind);

/** Nothing in the caches changes by it, or not before a watch tells. */
const SEEN_LATER = new Set<Action['kind']>(['event', 'signal', 'deleteRecord', 'releaseCopy']);
