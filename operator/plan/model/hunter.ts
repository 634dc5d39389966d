import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { plan } from '../plan.ts';
import { hunt } from './hunt.ts';

/** Where a worker thread begins: it hunts, and answers with what it has found. */
const task = z.object({ runs: z.int().positive(), seed: z.int() }).parse(workerData);

parentPort?.postMessage(hunt(plan, task), []);
