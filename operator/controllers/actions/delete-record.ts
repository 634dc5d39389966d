import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { CONTROLLER_REVISIONS } from '../resources.ts';
import type { ActionContext, ActionOf } from './context.ts';

/** Forgets a recorded release. */
export const deleteRecord = async (context: ActionContext, action: ActionOf<'deleteRecord'>): Promise<void> => {
  const { client, bluegreen, signal } = context;
  const { revision, resourceVersion } = action;
  const path = resourcePath(CONTROLLER_REVISIONS, { namespace: bluegreen.namespace, name: revision });
  try {
    await client.delete(path, { resourceVersion, signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
};
