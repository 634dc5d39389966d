import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { StandInKubelet } from '../api/kubelet.ts';
import { adminClient, startTestControlPlane } from '../api/test-control-plane.ts';
import { UsageError } from '../load/options.ts';
import { Fleet, pause, type Waits } from './fleet.ts';
import { OperatorUnderTest } from './operator-under-test.ts';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import { measurePhase, type Phase } from './phase.ts';
import { countOf } from './reconciles.ts';
import { type BenchReport, renderReport } from './report.ts';
import { makeServiceAccount } from './service-account.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAMESPACE = 'default';
/** After work, what was asked for meanwhile still has to be collected. */
const SETTLE_MS = 10_000;
const POLL_MS = 250;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Runs through all phases with an operator and a control plane that are there. */
const playPhases = async (
  { blueGreens, idleSeconds }: BenchOptions,
  operator: OperatorUnderTest,
  fleet: Fleet,
  signal: AbortSignal,
): Promise<Phase[]> => {
  const phases: Phase[] = [];
  const play = async (name: string, work: () => Promise<Waits | undefined>, options = {}): Promise<void> => {
    say(`phase: ${name}`);
    phases.push(await measurePhase(name, operator, work, options));
  };
  const rest = async (): Promise<void> => {
    await pause(SETTLE_MS, signal);
    await play('rest', () => pause(idleSeconds * 1000, signal).then(() => undefined));
  };
  await rest();
  await play('create', () => fleet.create('ready:v1'));
  await rest();
  await play('change all', () => fleet.change('ready:v2'));
  await play('retire', () => fleet.untilStable().then(() => undefined));
  await rest();
  await operator.stop();
  const restart = async (): Promise<undefined> => {
    await operator.start();
    while (countOf((await operator.counts()).reconciles) < blueGreens) await pause(POLL_MS, signal);
  };
  await play('restart', restart, { restarts: true });
  await rest();
  return phases;
};

const measure = async (options: BenchOptions, signal: AbortSignal): Promise<BenchReport> => {
  await promisify(execFile)(process.execPath, [join(ROOT, 'operator/build.ts')], { cwd: ROOT, signal });
  const dir = await mkdtemp(join(tmpdir(), 'relevo-bench-'));
  const controlPlane = await startTestControlPlane(signal, say);
  const client = adminClient(controlPlane.kubeconfigPath);
  const over = new AbortController();
  const kubelet = new StandInKubelet({ client, signal: over.signal });
  let operator: OperatorUnderTest | undefined;
  try {
    const account = await makeServiceAccount(client, controlPlane.kubeconfigPath, join(dir, 'account'), signal);
    operator = new OperatorUnderTest({ account, dir, namespace: NAMESPACE, profile: options.profile, signal });
    await operator.start();
    const fleet = new Fleet({ client, namespace: NAMESPACE, count: options.blueGreens, signal }, say);
    const phases = await playPhases(options, operator, fleet, signal);
    const machine = { processors: cpus().length, node: process.version };
    return { blueGreens: options.blueGreens, machine, phases };
  } finally {
    over.abort();
    await operator?.stop();
    await kubelet.stopped();
    client.close();
    await controlPlane.stop();
    await rm(dir, { recursive: true, force: true });
  }
};

const main = async (signal: AbortSignal): Promise<void> => {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const report = await measure(options, signal);
  process.stdout.write(`${options.json ? JSON.stringify(report, undefined, 2) : renderReport(report)}\n`);
};

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
try {
  await main(interrupted.signal);
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
