import type { V1Deployment } from '@kubernetes/client-node';
import { FIELD_MANAGER, LABEL_CLAIM, deploymentName } from '../../api/names.ts';
import type { Slot } from '../../api/names.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { DEPLOYMENTS } from '../resources.ts';
import type { ActionContext, ActionOf } from './context.ts';
import { assumeSlot } from './slot.ts';

/** Changes the size of a slot and nothing else. */
export const scale = (context: ActionContext, { slot, replicas, resourceVersion }: ActionOf<'scale'>): Promise<void> =>
  change(context, slot, { metadata: { resourceVersion }, spec: { replicas } });

/** Notes on a slot which switch chose it. */
export const claim = (context: ActionContext, action: ActionOf<'claim'>): Promise<void> => {
  const { slot, resourceVersion } = action;
  return change(context, slot, { metadata: { resourceVersion, labels: { [LABEL_CLAIM]: action.claim } } });
};

const change = async (context: ActionContext, slot: Slot, body: object): Promise<void> => {
  const { client, bluegreen, signal } = context;
  const { namespace, name } = bluegreen;
  const path = resourcePath(DEPLOYMENTS, { namespace, name: deploymentName(name, slot) });
  assumeSlot(
    context,
    await client.patch<V1Deployment>(path, body, { type: 'merge', fieldManager: FIELD_MANAGER, signal }),
  );
};
