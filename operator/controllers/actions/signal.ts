import type { V1Pod } from '@kubernetes/client-node';
import { ANNOTATION_TRAFFIC, ANNOTATION_TRAFFIC_REPEAT, FIELD_MANAGER, LABEL_REVISION } from '../../api/names.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { listPods } from '../pods.ts';
import { PODS } from '../resources.ts';
import type { ActionContext, ActionOf } from './context.ts';
import { expectTraffic } from './traffic.ts';

/** Pods told at the same time. */
const BATCH = 16;

/** Tells every pod of a revision whether it serves: the hand-over signal, or its repetition. */
export const signal = async (context: ActionContext, action: ActionOf<'signal'>): Promise<void> => {
  const { client, bluegreen, memory } = context;
  const { slot, revision, repeat } = action;
  await expectTraffic(context, action);
  const { namespace, name } = bluegreen;
  const query = { namespace, bluegreen: name, slot, labels: { [LABEL_REVISION]: revision } };
  const pods = await listPods(client, query, context.signal);
  const changes = pods.flatMap((pod) => {
    const annotations = annotationsFor(pod.metadata?.annotations ?? {}, action);
    return annotations === undefined ? [] : [{ pod, annotations }];
  });
  for (let start = 0; start < changes.length; start += BATCH) {
    await Promise.all(
      changes.slice(start, start + BATCH).map(({ pod, annotations }) => annotate(context, pod, annotations)),
    );
  }
  if (repeat !== undefined) memory.repeated[slot] = repeat;
};

/** What a pod is told; undefined when it needs no telling. A pod that was never retired is not repeated to. */
export const annotationsFor = (
  present: Record<string, string>,
  { traffic, repeat }: Pick<ActionOf<'signal'>, 'traffic' | 'repeat'>,
): Record<string, string> | undefined => {
  const told = present[ANNOTATION_TRAFFIC];
  if (told !== traffic) {
    const isChange = traffic === 'retired' || told !== undefined;
    return { [ANNOTATION_TRAFFIC]: traffic, ...(isChange ? { [ANNOTATION_TRAFFIC_REPEAT]: '0' } : {}) };
  }
  const repeated = present[ANNOTATION_TRAFFIC_REPEAT];
  if (repeat === undefined || repeated === undefined || Number(repeated) >= repeat.number) return undefined;
  return { [ANNOTATION_TRAFFIC_REPEAT]: String(repeat.number) };
};

const annotate = async (
  context: ActionContext,
  { metadata }: V1Pod,
  annotations: Record<string, string>,
): Promise<void> => {
  const { client, bluegreen } = context;
  const path = resourcePath(PODS, { namespace: bluegreen.namespace, name: metadata?.name });
  const body = { metadata: { annotations } };
  try {
    await client.patch<V1Pod>(path, body, { type: 'merge', fieldManager: FIELD_MANAGER, signal: context.signal });
  } catch (error) {
    // A pod that is gone serves nobody.
    if (!isNotFound(error)) throw error;
  }
};
