import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { lastLines, startChild, type Child } from '../../k8s/local/process/child.ts';
import { StandInKubelet } from '../api/kubelet.ts';
import { adminClient, startTestControlPlane } from '../api/test-control-plane.ts';
import { createFleet, pause, untilFleetReady } from './fleet.ts';
import { readUsage, type Usage } from './process-usage.ts';
import { makeServiceAccount, type ServiceAccount } from './service-account.ts';
import { table } from './table.ts';

const HELP = `Measures the operator with many BlueGreens: real API server and controllers, a stand-in for the kubelet.

  npm run bench                  1000 BlueGreens with 1 replica each
  npm run bench -- --count 100
  NODE_OPTIONS=--max-semi-space-size=1 npm run bench      other settings of V8
`;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAMESPACE = 'default';
const IDLE_SECONDS = 30;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const parse = (args: readonly string[]): { count: number; help: boolean } => {
  const options = { count: { type: 'string', default: '1000' }, help: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const count = Number(values.count);
  if (!Number.isInteger(count) || count < 1) {
    throw new TypeError(`Expected --count to be a whole number from 1 up, found ${values.count}`);
  }
  return { count, help: values.help };
};

const startOperator = async (account: ServiceAccount, log: string, signal: AbortSignal): Promise<Child> => {
  const child = await startChild({
    name: 'operator',
    command: process.execPath,
    args: [join(ROOT, 'dist/operator/main.js'), `--leader-election-namespace=${NAMESPACE}`, '--management-port=0'],
    env: { PATH: process.env['PATH'], NODE_OPTIONS: process.env['NODE_OPTIONS'], NODE_ENV: 'production', ...account },
    log,
  });
  while (!(await readFile(log, 'utf8')).includes('Leading')) {
    if (!child.running()) throw new TypeError(`Expected the operator to run, it said: ${await lastLines(log, 10)}`);
    await pause(50, signal);
  }
  return child;
};

/** Reports every 100 or so, so that a person sees that it goes on. */
const counted = (what: string, total: number) => (count: number) => {
  if (count % Math.max(1, Math.round(total / 10)) === 0) say(`${what}: ${count} of ${total}`);
};

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

const measure = async (count: number, signal: AbortSignal): Promise<string> => {
  await promisify(execFile)(process.execPath, [join(ROOT, 'operator/build.ts')], { cwd: ROOT, signal });
  const dir = await mkdtemp(join(tmpdir(), 'relevo-bench-'));
  const controlPlane = await startTestControlPlane(signal, say);
  const client = adminClient(controlPlane.kubeconfigPath);
  const over = new AbortController();
  const kubelet = new StandInKubelet({ client, signal: over.signal });
  let operator: Child | undefined;
  try {
    const account = await makeServiceAccount(client, controlPlane.kubeconfigPath, join(dir, 'account'), signal);
    operator = await startOperator(account, join(dir, 'operator.log'), signal);
    const { pid } = operator;
    await pause(5000, signal);
    const rest = await readUsage(pid);

    const fleet = { client, namespace: NAMESPACE, count, signal };
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    const ready = untilFleetReady(fleet, counted('ready', count)).then(seconds);
    const [created, allReady] = await Promise.all([createFleet(fleet, counted('created', count)).then(seconds), ready]);
    const busy = await readUsage(pid);
    say(`all Ready; ${IDLE_SECONDS} s of rest`);
    await pause(10_000, signal);
    const before = await readUsage(pid);
    await pause(IDLE_SECONDS * 1000, signal);
    const idle = await readUsage(pid);
    return report({ count, created, allReady, rest, busy, before, idle });
  } finally {
    over.abort();
    await operator?.stop();
    await kubelet.stopped();
    client.close();
    await controlPlane.stop();
    await rm(dir, { recursive: true, force: true });
  }
};

interface Figures {
  count: number;
  /** Seconds from the first creation. */
  created: number;
  allReady: number;
  rest: Usage;
  busy: Usage;
  before: Usage;
  idle: Usage;
}

const report = ({ count, created, allReady, rest, busy, before, idle }: Figures): string => {
  const share = ((idle.cpuSeconds - before.cpuSeconds) / IDLE_SECONDS) * 100;
  return table([
    ['measured', 'value', 'unit'],
    ['BlueGreens, 1 replica each', String(count), ''],
    ['creating them, with a Service each', created.toFixed(1), 's'],
    ['first creation to last Ready', allReady.toFixed(1), 's'],
    ['last creation to last Ready', Math.max(0, allReady - created).toFixed(1), 's'],
    ['operator memory at rest, none', megabytes(rest.rss), 'MB RSS'],
    ['operator memory, all Ready', megabytes(busy.rss), 'MB RSS'],
    [`operator memory after ${10 + IDLE_SECONDS} s idle`, megabytes(idle.rss), 'MB RSS'],
    ['operator memory, most ever', megabytes(idle.peakRss), 'MB RSS'],
    ['operator processor time until all Ready', (busy.cpuSeconds - rest.cpuSeconds).toFixed(1), 's'],
    ['operator processor use, idle', share.toFixed(2), '% of a core'],
  ]);
};

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
try {
  const { count, help } = parse(process.argv.slice(2));
  process.stdout.write(help ? HELP : `${await measure(count, interrupted.signal)}\n`);
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
