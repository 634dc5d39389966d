import { setTimeout } from 'node:timers/promises';
import { waitForRelease } from './bluegreen-ready.ts';
import type { Cluster } from './cluster.ts';
import { applyRelease } from './helm-release.ts';
import type { Image } from '../images/images.ts';
import { withPortForward } from './port-forward.ts';
import type { Report } from '../process/report.ts';

/** Where everything is installed. */
export const NAMESPACE = 'relevo';
/** The Helm release of the operator. */
export const OPERATOR_RELEASE = 'relevo-operator';
/** The Helm release, BlueGreen and Service of the example service. */
export const USERS = 'users';

/** What is installed, and who hears of it. */
export interface InstallOptions {
  cluster: Cluster;
  images: { operator: Image; users: Image };
  report: Report;
  signal: AbortSignal;
}

/** The service is installed but gives no answer. */
export class NoAnswerError extends Error {
  readonly code = 'NO_ANSWER';
  override readonly name = 'NoAnswerError';
}

const READY_TIMEOUT_MS = 180_000;
const ANSWER_TIMEOUT_MS = 60_000;

const imageValues = ({ repository, tag }: Image) => ({ repository, tag });

const ask = async (cluster: Cluster, signal: AbortSignal): Promise<string> =>
  await withPortForward(cluster, { namespace: NAMESPACE, service: USERS, port: 80 }, signal, async (url) => {
    const response = await fetch(`${url}/api/users`, { signal });
    const text = await response.text();
    if (!response.ok) throw new Error(`Expected an answer 200 of ${USERS}, found ${response.status}: ${text}`);
    return response.headers.get('x-relevo-revision') ?? 'unknown';
  });

/** Makes a real request until it is answered: right after a boot, pods that are listed as ready may still be on their way. */
const askUntilAnswered = async ({ cluster, signal }: InstallOptions): Promise<string> => {
  const deadline = performance.now() + ANSWER_TIMEOUT_MS;
  for (;;) {
    try {
      return await ask(cluster, AbortSignal.any([signal, AbortSignal.timeout(10_000)]));
    } catch (error) {
      signal.throwIfAborted();
      if (performance.now() > deadline) {
        throw new NoAnswerError(
          `Expected Service ${USERS} to answer within ${ANSWER_TIMEOUT_MS / 1000} s, found ${String(error)}. Look closer: ${cluster.words.kubectl} -n ${NAMESPACE} get pods`,
          { cause: error },
        );
      }
      await setTimeout(250, undefined, { signal });
    }
  }
};

/** Installs the operator and the example service, and waits until a request is served; gives the revision that did. */
export const install = async (options: InstallOptions): Promise<string> => {
  const { cluster, images, report, signal } = options;
  report(`installing the operator with Helm into namespace ${NAMESPACE}`);
  await applyRelease(
    cluster,
    {
      name: OPERATOR_RELEASE,
      chart: 'operator',
      namespace: NAMESPACE,
      values: { image: imageValues(images.operator) },
    },
    signal,
  );
  report(`installing ${USERS} with Helm`);
  const values = { image: imageValues(images.users), config: { GREETING: 'Hello' } };
  await applyRelease(cluster, { name: USERS, chart: 'service', namespace: NAMESPACE, values }, signal);
  report(`waiting until BlueGreen ${USERS} is Ready`);
  const timeoutMs = READY_TIMEOUT_MS;
  await waitForRelease(cluster, { namespace: NAMESPACE, name: USERS, timeoutMs, report, signal });
  const revision = await askUntilAnswered(options);
  report(`a request was served by revision ${revision}`);
  return revision;
};
