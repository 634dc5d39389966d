import type { V1Deployment } from '@kubernetes/client-node';
import { FIELD_MANAGER, LABEL_BLUEGREEN, deploymentName } from '../../api/names.ts';
import { isConflict } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { slotDeployment } from '../manifests/deployment.ts';
import { CONTROLLER_REVISIONS, DEPLOYMENTS } from '../resources.ts';
import type { ControllerRevision } from '../views/record.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';
import { assumeSlot, learnSlot } from './slot.ts';

/**
 * A resource version that no object has. With it an apply makes an object that does not exist, and is a conflict with
 * one that does: a create that leaves the fields to the apply manager, so that a later apply can take them away.
 */
const ABSENT = '1';

/** Brings a slot's Deployment to a recorded revision. */
export const fill = async (context: ActionContext, action: ActionOf<'fill'>): Promise<void> => {
  const { client, bluegreen, signal } = context;
  const { slot, revision, replicas, resourceVersion = ABSENT } = action;
  const { namespace, name } = bluegreen;
  const template = await recordedTemplate(context, revision);
  const body = slotDeployment({ owner: bluegreen, slot, revision, template, replicas, resourceVersion });
  const path = resourcePath(DEPLOYMENTS, { namespace, name: deploymentName(name, slot) });
  try {
    const options = { fieldManager: FIELD_MANAGER, force: true, signal };
    assumeSlot(context, await client.apply<V1Deployment>(path, body, options));
  } catch (error) {
    if (resourceVersion === ABSENT && isConflict(error)) await learnSlot(context, slot);
    throw error;
  }
};

const recordedTemplate = async (
  { client, bluegreen, signal }: ActionContext,
  revision: string,
): Promise<NonNullable<ControllerRevision['data']>['template'] & object> => {
  const { namespace, name } = bluegreen;
  const path = resourcePath(CONTROLLER_REVISIONS, { namespace, name: revision });
  const { metadata, data } = await client.get<ControllerRevision>(path, { signal });
  if (metadata?.labels?.[LABEL_BLUEGREEN] !== name || data?.template === undefined) {
    throw new StaleViewError(`ControllerRevision ${revision} to be a record of BlueGreen ${name}`, 'another');
  }
  return data.template;
};
