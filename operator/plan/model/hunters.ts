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

/** How many workers hunt. A fixed number, so that every machine has the same histories, however many cores it has. */
const HUNTERS = 2;

/** Hunts in plan side by side; each worker has histories of its own, and a failure names the seed of its worker. */
export const huntSideBySide = async ({ runs, seed }: Hunt, signal: AbortSignal): Promise<Answer[]> => {
  const share = Math.ceil(runs / HUNTERS);
  return Promise.all(
    Array.from({ length: HUNTERS }, (_, index) => hunter({ runs: share, seed: seed + index }, signal)),
  );
};
