import type { V1Job, V1PodList } from '@kubernetes/client-node';
import type { Jobs } from '../../checks/job.ts';
import { JobRefusedError } from '../../checks/job.ts';
import type { ApiClient } from '../../runtime/client.ts';
import { ApiError, isAlreadyExists, isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { JOBS, PODS } from '../resources.ts';

/** The Job controller's label on a Job's pods. */
const LABEL_JOB_NAME = 'batch.kubernetes.io/job-name';

const TAIL_LINES = 10;
/** Lines may be long. */
const TAIL_BYTES = 16 * 1024;

/** The template is wrong, and will be the next time. Forbidden is not among them: a quota may be free by then. */
const REFUSALS = new Set([400, 413, 422]);

/** Jobs of checks, by the API server. */
export const jobsOf = (client: ApiClient): Jobs => ({
  find: (namespace, name, signal) => find(client, resourcePath(JOBS, { namespace, name }), signal),
  create: async (job, signal) => {
    const { namespace, name } = job.metadata ?? {};
    try {
      return await client.create<V1Job>(resourcePath(JOBS, { namespace }), job, { signal });
    } catch (error) {
      if (error instanceof ApiError && REFUSALS.has(error.status)) {
        throw new JobRefusedError(error.explanation, { cause: error });
      }
      if (!isAlreadyExists(error)) throw error;
      // Made a moment ago, by a request of which no answer came.
      return await client.get<V1Job>(resourcePath(JOBS, { namespace, name }), { signal });
    }
  },
  log: (namespace, name, signal) => readLog(client, { namespace, name }, signal),
});

const find = async (client: ApiClient, path: string, signal: AbortSignal): Promise<V1Job | undefined> => {
  try {
    return await client.get<V1Job>(path, { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
};

const readLog = async (
  client: ApiClient,
  { namespace, name }: { namespace: string; name: string },
  signal: AbortSignal,
): Promise<string> => {
  try {
    const labels = { labelSelector: `${LABEL_JOB_NAME}=${name}` };
    const { items } = await client.get<V1PodList>(resourcePath(PODS, { namespace }), { query: labels, signal });
    const newest = items.toSorted((a, b) => startOf(b).localeCompare(startOf(a)))[0];
    const container = newest?.spec?.containers[0]?.name;
    if (newest === undefined || container === undefined) return '';
    const path = resourcePath(PODS, { namespace, name: newest.metadata?.name, subresource: 'log' });
    const query = { container, tailLines: String(TAIL_LINES), limitBytes: String(TAIL_BYTES) };
    return await client.getText(path, { query, signal });
  } catch (error) {
    // The log only explains the result: a pod that never started, or is gone, has none.
    if (error instanceof ApiError) return '';
    throw error;
  }
};

/** Creation times are texts on the wire, whatever the library declares; RFC 3339 in UTC sorts as text. */
const startOf = ({ metadata }: V1PodList['items'][number]): string => String(metadata?.creationTimestamp ?? '');
