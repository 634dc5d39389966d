import type { V1JobList } from '@kubernetes/client-node';
import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import { ANNOTATION_MEASUREMENT, LABEL_BLUEGREEN, LABEL_CHECK } from '../../api/names.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import type { BlueGreenContext } from '../actions/context.ts';
import type { Sweep } from '../memory.ts';
import type { ApiClient } from '../../runtime/client.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';
import type { Measurements } from './measurements.ts';
import { JOBS } from '../resources.ts';
import { openMeasurements } from './open-measurements.ts';

/** While a release is under way its last Jobs are left for people to look at, but not hundreds of them. */
const MAX_LEFT = 10;

/** What it needs of the context of a reconcile. */
export type SweepContext = Pick<BlueGreenContext, 'memory' | 'signal'> & {
  client: Pick<ApiClient, 'get' | 'delete'>;
  bluegreen: Pick<CachedBlueGreen, 'namespace' | 'name' | 'uid' | 'status'>;
  measurements: Pick<Measurements, 'isBusy'>;
};

/** Deletes the Jobs of measurements that nobody asks for any more: all of them when the release has ended. */
export const sweepJobs = async (context: SweepContext): Promise<void> => {
  const { client, bluegreen, memory, measurements, signal } = context;
  const { namespace, name, uid, status } = bluegreen;
  const sweep = sweepFor(status);
  if (sweep === undefined || !isDue(sweep, memory.sweep)) return;
  // One that was called off may be making its Job at this moment; its end brings another reconcile.
  if (sweep.isEnded && measurements.isBusy(uid)) return;
  const open = openMeasurements(status);
  const query = { labelSelector: `${LABEL_BLUEGREEN}=${name},${LABEL_CHECK}` };
  const { items } = await client.get<V1JobList>(resourcePath(JOBS, { namespace }), { query, signal });
  for (const { metadata } of items) {
    if (metadata?.ownerReferences?.some((owner) => owner.uid === uid) !== true) continue;
    if (open.has(metadata.annotations?.[ANNOTATION_MEASUREMENT] ?? '')) continue;
    const path = resourcePath(JOBS, { namespace, name: metadata.name });
    try {
      await client.delete(path, { uid: metadata.uid, propagationPolicy: 'Background', signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  memory.sweep = sweep;
};

/** What a sweep would find now; undefined without a check that runs Jobs. */
const sweepFor = (status: BlueGreenStatus | undefined): Sweep | undefined => {
  const { checks, release } = status ?? {};
  const results = checks?.results.filter(({ kind }) => kind === 'job') ?? [];
  if (checks === undefined || results.length === 0) return undefined;
  const jobs = results.reduce((sum, { passed, failed, inconclusive }) => sum + passed + failed + inconclusive, 0);
  return { run: checks.run, jobs, isEnded: release?.revision !== checks.revision };
};

const isDue = ({ run, jobs, isEnded }: Sweep, last: Sweep | undefined): boolean => {
  const before = last?.run === run ? last : { jobs: 0, isEnded: false };
  return isEnded ? !before.isEnded : jobs >= before.jobs + MAX_LEFT;
};
