import type { V1Pod } from '@kubernetes/client-node';
import { ANNOTATION_TRAFFIC, FIELD_MANAGER, LABEL_REVISION } from '../../api/names.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { listPods } from '../pods.ts';
import { PODS } from '../resources.ts';
import type { ActionContext, ActionOf } from './context.ts';
import { expectTraffic } from './traffic.ts';

/** Pods told at the same time. */
const BATCH = 16;

/** Tells every pod of a revision what becomes of its traffic: the hand-over signal. */
export const signal = async (context: ActionContext, action: ActionOf<'signal'>): Promise<void> => {
  const { client, bluegreen } = context;
  const { slot, revision, traffic } = action;
  await expectTraffic(context, action);
  const { namespace, name } = bluegreen;
  const query = { namespace, bluegreen: name, slot, labels: { [LABEL_REVISION]: revision } };
  const pods = await listPods(client, query, context.signal);
  const untold = pods.filter((pod) => pod.metadata?.annotations?.[ANNOTATION_TRAFFIC] !== traffic);
  for (let start = 0; start < untold.length; start += BATCH) {
    await Promise.all(untold.slice(start, start + BATCH).map((pod) => tell(context, pod, traffic)));
  }
  if (traffic === 'leaving') context.memory.announced = bluegreen.status?.step.since;
};

const tell = async (context: ActionContext, { metadata }: V1Pod, traffic: string): Promise<void> => {
  const { client, bluegreen } = context;
  const path = resourcePath(PODS, { namespace: bluegreen.namespace, name: metadata?.name });
  const body = { metadata: { annotations: { [ANNOTATION_TRAFFIC]: traffic } } };
  try {
    await client.patch<V1Pod>(path, body, { type: 'merge', fieldManager: FIELD_MANAGER, signal: context.signal });
  } catch (error) {
    // A pod that is gone serves nobody.
    if (!isNotFound(error)) throw error;
  }
};
