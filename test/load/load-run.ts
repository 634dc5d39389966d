import type { KubeConfig, V1Pod } from '@kubernetes/client-node';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../operator/runtime/client.ts';
import { ConnectionError, isNotFound, isOutOfOrder } from '../../operator/runtime/errors.ts';
import { followPodLog } from './pod-log.ts';
import { type LoadPodOptions, loadPod } from './pod-manifest.ts';
import type { ReportLine } from './report.ts';
import { Traffic } from './traffic.ts';

const POLL_MS = 200;
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 60_000;
/** How long nothing may be heard of the load. */
const AWAY_TIMEOUT_MS = 60_000;

/** The load Pod did not do what it should. */
export class LoadPodError extends Error {
  readonly code = 'LOAD_POD';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LoadPodError';
  }
}

export interface LoadRunOptions extends LoadPodOptions {
  client: ApiClient;
  kubeConfig: KubeConfig;
  /** Told after every line that came. */
  onReport?: () => void;
}

/** One run of the load generator as a Pod, from its making to its removal. */
export class LoadRun {
  readonly traffic = new Traffic();
  readonly #options: LoadRunOptions;
  readonly #path: string;
  readonly #following = new AbortController();
  #followed: Promise<void> = Promise.resolve();
  #problem: Error | undefined;
  #isOurs = false;

  constructor(options: LoadRunOptions) {
    this.#options = options;
    this.#path = `/api/v1/namespaces/${options.namespace}/pods`;
  }

  /** Why the report stopped coming; `undefined` while all is well. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** Makes the Pod and waits for its first window. One that has ended is removed first; one that runs is not disturbed. */
  async start(signal: AbortSignal): Promise<void> {
    const { namespace, name } = this.#options;
    const found = await this.#read(signal);
    if (!hasEnded(found)) {
      throw new LoadPodError(
        `Expected no Pod ${name} that runs, found one: another run puts load on this service. Wait for its end, or remove it: kubectl delete pod --namespace ${namespace} ${name}`,
      );
    }
    await this.#delete(signal);
    this.#isOurs = true;
    await this.#options.client.create(this.#path, loadPod(this.#options), { signal });
    await this.#poll('to run', START_TIMEOUT_MS, signal, async () => hasStarted(await this.#read(signal)));
    this.#followed = this.#follow().catch((error: unknown) => {
      if (!this.#following.signal.aborted) this.#problem = new LoadPodError('The report was cut off', { cause: error });
    });
    await this.#poll('to report', START_TIMEOUT_MS, signal, () => Promise.resolve(this.traffic.latestMs > 0));
  }

  /** Lets the generator finish what is under way, takes its summary and removes the Pod. */
  async stop(signal: AbortSignal): Promise<void> {
    // A deadline in the past ends the container by SIGTERM and leaves the Pod and its log readable, unlike a deletion.
    const body = { spec: { activeDeadlineSeconds: 1 } };
    await this.#options.client.patch(`${this.#path}/${this.#options.name}`, body, { signal, type: 'merge' });
    await this.#poll('to sum up', STOP_TIMEOUT_MS, signal, () => Promise.resolve(this.traffic.end !== undefined));
    await this.remove(signal);
  }

  /** Removes the Pod that was started, whatever it does, and waits until it is gone. */
  async remove(signal: AbortSignal): Promise<void> {
    this.#following.abort();
    await this.#followed;
    if (this.#isOurs) await this.#delete(signal);
  }

  async #delete(signal: AbortSignal): Promise<void> {
    const pod = await this.#read(signal);
    if (pod === undefined) return;
    const { client, name } = this.#options;
    await client.delete(`${this.#path}/${name}`, { signal }).catch(ignoreNotFound);
    await this.#poll('to be gone', STOP_TIMEOUT_MS, signal, async () => {
      const found = await this.#read(signal);
      return found === undefined || found.metadata?.uid !== pod.metadata?.uid;
    });
  }

  async #follow(): Promise<void> {
    const { signal } = this.#following;
    const { kubeConfig, namespace, name, onReport } = this.#options;
    let heardMs = performance.now();
    while (!signal.aborted && this.traffic.end === undefined) {
      try {
        // After a cut connection the log is read from its beginning; Traffic leaves out what it has.
        for await (const line of followPodLog(kubeConfig, { namespace, pod: name }, signal)) {
          this.traffic.add(parseLine(line));
          heardMs = performance.now();
          onReport?.();
        }
        const pod = await this.#read(signal);
        if (hasEnded(pod) && this.traffic.end === undefined)
          throw new LoadPodError(`Expected a summary from Pod ${name}`);
      } catch (error) {
        // The API server, through which the log comes, may be away for a while; the load goes on.
        const isAway = error instanceof ConnectionError || isOutOfOrder(error);
        if (!isAway || performance.now() - heardMs > AWAY_TIMEOUT_MS) throw error;
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  async #read(signal: AbortSignal): Promise<V1Pod | undefined> {
    return await this.#options.client
      .get<V1Pod>(`${this.#path}/${this.#options.name}`, { signal })
      .catch(ignoreNotFound);
  }

  async #poll(what: string, timeoutMs: number, signal: AbortSignal, check: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(await check())) {
      if (this.#problem) throw this.#problem;
      if (performance.now() > deadline) {
        const found = describePod(await this.#read(signal));
        throw new LoadPodError(
          `Expected Pod ${this.#options.name} ${what} within ${timeoutMs / 1000} s, found ${found}`,
        );
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  }
}

const ignoreNotFound = (error: unknown): undefined => {
  if (!isNotFound(error)) throw error;
  return undefined;
};

const parseLine = (line: string): ReportLine => {
  try {
    return JSON.parse(line);
  } catch {
    // The generator says on the same stream why it cannot go on.
    throw new LoadPodError(`Expected a line of the report, found "${line}"`);
  }
};

const hasEnded = (pod: V1Pod | undefined): boolean =>
  pod === undefined || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

const hasStarted = (pod: V1Pod | undefined): boolean => pod !== undefined && pod.status?.phase !== 'Pending';

const describePod = (pod: V1Pod | undefined): string => {
  if (pod === undefined) return 'none';
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting;
  return [pod.status?.phase, waiting?.reason, waiting?.message, pod.status?.message].filter(Boolean).join(': ');
};
