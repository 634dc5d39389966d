import type { V1Deployment } from '@kubernetes/client-node';
import { FIELD_MANAGER, LABEL_BLUEGREEN, deploymentName } from '../../api/names.ts';
import { isConflict } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { slotDeployment } from '../manifests/deployment.ts';
import { CONTROLLER_REVISIONS, DEPLOYMENTS } from '../resources.ts';
import type { ControllerRevision } from '../views/record.ts';
import { ABSENT_VERSION, StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';
import { expectPresentConfig } from './present-config.ts';
import { assumeSlot, learnSlot } from './slot.ts';

/** Brings a slot's Deployment to a recorded revision. */
export const fill = async (context: ActionContext, action: ActionOf<'fill'>): Promise<void> => {
  const { client, bluegreen, signal } = context;
  const { slot, revision, replicas, resourceVersion = ABSENT_VERSION } = action;
  const { namespace, name } = bluegreen;
  await expectPresentConfig(context, revision);
  const template = await recordedTemplate(context, revision);
  const body = slotDeployment({ owner: bluegreen, slot, revision, template, replicas, resourceVersion });
  const path = resourcePath(DEPLOYMENTS, { namespace, name: deploymentName(name, slot) });
  try {
    const options = { fieldManager: FIELD_MANAGER, force: true, signal };
    assumeSlot(context, await client.apply<V1Deployment>(path, body, options));
  } catch (error) {
    if (resourceVersion === ABSENT_VERSION && isConflict(error)) await learnSlot(context, slot);
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
