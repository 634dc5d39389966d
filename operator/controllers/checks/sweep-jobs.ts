import type { V1JobList } from '@kubernetes/client-node';
import { LABEL_BLUEGREEN, LABEL_CHECK } from '../../api/names.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import type { BlueGreenContext } from '../actions/context.ts';
import { JOBS } from '../resources.ts';

/** Deletes the Jobs of a release's checks when it has ended, once in each process. */
export const sweepJobs = async ({
  client,
  bluegreen,
  memory,
  measurements,
  signal,
}: BlueGreenContext): Promise<void> => {
  const { namespace, name, uid, status } = bluegreen;
  const { checks, release } = status ?? {};
  if (checks === undefined || release?.revision === checks.revision || memory.sweptRun === checks.run) return;
  if (!checks.results.some(({ kind }) => kind === 'job')) return;
  // One that was called off may be making its Job at this moment; its end brings another reconcile.
  if (measurements.isBusy(uid)) return;
  const query = { labelSelector: `${LABEL_BLUEGREEN}=${name},${LABEL_CHECK}` };
  const { items } = await client.get<V1JobList>(resourcePath(JOBS, { namespace }), { query, signal });
  for (const { metadata } of items) {
    if (metadata?.ownerReferences?.some((owner) => owner.uid === uid) !== true) continue;
    const path = resourcePath(JOBS, { namespace, name: metadata.name });
    try {
      await client.delete(path, { uid: metadata.uid, propagationPolicy: 'Background', signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  memory.sweptRun = checks.run;
};
