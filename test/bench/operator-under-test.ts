import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines, startChild, type Child } from '../../k8s/local/process/child.ts';
import { freePorts } from '../../k8s/local/process/ports.ts';
import { pause } from './fleet.ts';
import { parseCounts, type OperatorCounts } from './reconciles.ts';
import type { ServiceAccount } from './service-account.ts';

const MAIN = fileURLToPath(new URL('../../dist/operator/main.js', import.meta.url));
/** The end of a process that writes a profile takes a while. */
const POLL_MS = 50;

/** How the operator is run. */
export interface OperatorUnderTestOptions {
  account: ServiceAccount;
  /** Folder for its logs. */
  dir: string;
  /** Namespace of its Lease. */
  namespace: string;
  /** Folder for CPU profiles. */
  profile: string | undefined;
  signal: AbortSignal;
}

/** The operator as it is in its image, in a process of its own that signs in as a pod would. */
export class OperatorUnderTest {
  readonly #options: OperatorUnderTestOptions;
  #child: Child | undefined;
  #port = 0;
  #starts = 0;

  constructor(options: OperatorUnderTestOptions) {
    this.#options = options;
  }

  get pid(): number {
    if (this.#child === undefined) throw new TypeError('Expected the operator to have been started');
    return this.#child.pid;
  }

  /** Starts it and waits until it leads. */
  async start(): Promise<void> {
    const { account, dir, namespace, profile, signal } = this.#options;
    const [port = 0] = await freePorts(1);
    this.#port = port;
    this.#starts += 1;
    const log = join(dir, `operator-${this.#starts}.log`);
    if (profile !== undefined) await mkdir(profile, { recursive: true });
    const { PATH, NODE_OPTIONS } = process.env;
    const child = await startChild({
      name: 'operator',
      command: process.execPath,
      args: [
        ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
        MAIN,
        `--leader-election-namespace=${namespace}`,
        `--management-port=${port}`,
      ],
      env: { PATH, NODE_OPTIONS, NODE_ENV: 'production', ...account },
      log,
    });
    this.#child = child;
    while (!(await readFile(log, 'utf8')).includes('Leading')) {
      if (!child.running()) throw new TypeError(`Expected the operator to run, it said: ${await lastLines(log, 10)}`);
      await pause(POLL_MS, signal);
    }
  }

  /** What its own metrics say. */
  async counts(): Promise<OperatorCounts> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/metrics`, { signal: this.#options.signal });
    return parseCounts(await answer.text());
  }

  /** Ends it in good order, as Kubernetes does. */
  async stop(): Promise<void> {
    await this.#child?.stop('SIGTERM');
  }
}
