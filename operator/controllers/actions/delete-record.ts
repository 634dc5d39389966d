import type { V1DeploymentList } from '@kubernetes/client-node';
import { LABEL_BLUEGREEN, LABEL_REVISION } from '../../api/names.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { CONTROLLER_REVISIONS, DEPLOYMENTS } from '../resources.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';

/** Forgets a recorded release. */
export const deleteRecord = async (context: ActionContext, action: ActionOf<'deleteRecord'>): Promise<void> => {
  const { client, bluegreen, signal } = context;
  const { revision, resourceVersion } = action;
  await expectUnused(context, revision);
  const path = resourcePath(CONTROLLER_REVISIONS, { namespace: bluegreen.namespace, name: revision });
  try {
    await client.delete(path, { resourceVersion, signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
};

/** No precondition covers a slot that another writer has filled since, so the slots are read live. */
const expectUnused = async ({ client, bluegreen, signal }: ActionContext, revision: string): Promise<void> => {
  const { namespace, name } = bluegreen;
  const query = { labelSelector: `${LABEL_BLUEGREEN}=${name}` };
  const { items } = await client.get<V1DeploymentList>(resourcePath(DEPLOYMENTS, { namespace }), { query, signal });
  const holder = items.find(({ metadata }) => metadata?.labels?.[LABEL_REVISION] === revision);
  if (holder === undefined) return;
  throw new StaleViewError(`${revision} to be in no slot`, `Deployment ${holder.metadata?.name ?? ''} holding it`);
};
