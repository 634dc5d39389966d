import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Hunt } from './hunt.ts';

/** What one worker has come to; `report` if a promise was broken. */
export interface Answer {
  runs: number;
  report?: string;
}

const hunter = (workerData: Hunt, signal: AbortSignal): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('hunter.ts', import.meta.url), { workerData });
    const stop = (): void => void worker.terminate();
    signal.addEventListener('abort', stop, { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      reject(new Error(`expected a worker to end with an answer, found it ended with code ${code}`));
    });
  });

/**
 * Hunts in plan with all cores at once; each worker has histories of its own. The number of cores decides which
 * histories there are, so a failure names the seed of its worker.
 */
export const huntOnAllCores = async ({ runs, seed }: Hunt, signal: AbortSignal): Promise<Answer[]> => {
  const workers = availableParallelism();
  const share = Math.ceil(runs / workers);
  return Promise.all(
    Array.from({ length: workers }, (_, index) => hunter({ runs: share, seed: seed + index }, signal)),
  );
};
