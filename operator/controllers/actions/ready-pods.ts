import type { V1Pod } from '@kubernetes/client-node';
import { LABEL_REVISION, SLOTS } from '../../api/names.ts';
import { listPods } from '../pods.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';

/**
 * Counts the ready pods of a revision, before traffic moves to it. A Deployment's status cannot be trusted with that:
 * its controller adds up the counts of ReplicaSets, and where a slot was emptied and filled again at once, these are
 * for a moment still those of the pods that have gone.
 */
export const expectReadyPods = async (context: ActionContext, action: ActionOf<'select'>): Promise<void> => {
  const { client, bluegreen, snapshot, signal } = context;
  const { namespace, name, status } = bluegreen;
  const revision = action.selector[LABEL_REVISION];
  const isSwitch = action.role === 'active' && status?.active !== undefined && status.active !== revision;
  const view = SLOTS.map((slot) => snapshot.slots[slot]).find((one) => one?.revision === revision);
  if (!isSwitch || revision === undefined || view === undefined) return;
  const query = { namespace, bluegreen: name, slot: view.slot, labels: { [LABEL_REVISION]: revision } };
  const ready = (await listPods(client, query, signal)).filter(isReady).length;
  if (ready < view.ready) throw new StaleViewError(`${view.ready} ready pods of ${revision}`, String(ready));
};

const isReady = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined &&
  (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false);
