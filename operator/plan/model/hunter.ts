import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { plan } from '../plan.ts';
import { explain, hunt } from './hunt.ts';
import type { Answer } from './hunters.ts';

/** Where a worker thread begins: it hunts, and answers with what it has found. */
const task = z.object({ runs: z.int().positive(), seed: z.int() }).parse(workerData);

const { runs, found } = hunt(plan, task);
const answer: Answer = found === undefined ? { runs } : { runs, report: `seed ${task.seed}: ${explain(plan, found)}` };
parentPort?.postMessage(answer, []);
