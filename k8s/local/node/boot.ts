import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeCgroup } from './cgroup.ts';
import type { Instance } from './instance.ts';
import { machineConfigPath, readIfThere, readMachineState, replaceFile, type MachineConfig } from './machine-config.ts';
import { bootMachine, findMachine, isMachineWhole, killMachine, machineLogTail } from './machine.ts';
import { makeLink, readAddresses, type Addresses } from './network.ts';
import { API_SERVICE_IP, NODE_NAME, writeNodeConfig } from './node-config.ts';
import { parts } from './parts.ts';
import { ensurePki } from '../control-plane/pki.ts';
import { lastLines } from '../process/child.ts';
import { withLock } from '../process/lock.ts';
import type { Report } from '../process/report.ts';
import type { Tools } from '../tools/tools.ts';

/** The node did not become ready. */
export class BootError extends Error {
  readonly code = 'NODE_NOT_READY';
  override readonly name = 'BootError';
}

/** Who hears of the progress. */
export interface BootOptions {
  report: Report;
  signal: AbortSignal;
}

const BOOT_TIMEOUT_MS = 120_000;
/** A part that ends so often before the node is ready will not get better by waiting. */
const HOPELESS_RESTARTS = 4;

const locked = async <T>(instance: Instance, { report, signal }: BootOptions, work: () => Promise<T>): Promise<T> =>
  await withLock(
    {
      name: `node-${instance.id}`,
      signal,
      onWait: ({ pid }) =>
        report(`process ${pid} is starting or stopping the node "${instance.name}": waiting until it is done`),
    },
    work,
  );

const prepare = async (
  instance: Instance,
  tools: Tools,
  addresses: Addresses,
  signal: AbortSignal,
): Promise<MachineConfig> => {
  const service = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  const pki = await ensurePki({
    dir: join(instance.stateDir, 'pki'),
    servers: ['127.0.0.1', addresses.node, API_SERVICE_IP, 'localhost', ...service],
    serverUrl: `https://${addresses.node}:6443`,
    node: { name: NODE_NAME, ip: addresses.node },
    signal,
  });
  await replaceFile(instance.kubeconfigPath, await readFile(pki.kubeconfig('admin'), 'utf8'), 0o600);
  const config = await writeNodeConfig(instance, pki);
  const all = parts({
    instance,
    addresses,
    pki,
    config,
    tool: (name) => tools.path(name),
    toolDir: tools.dir,
  });
  return { instance, addresses, parts: all };
};

const boot = async (instance: Instance, tools: Tools, signal: AbortSignal): Promise<void> => {
  await killMachine(instance, signal);
  await rm(instance.runDir, { recursive: true, force: true });
  await rm(`${instance.logDir}.old`, { recursive: true, force: true });
  if ((await readIfThere(join(instance.logDir, 'node.log'))) !== undefined) {
    await rename(instance.logDir, `${instance.logDir}.old`);
  }
  for (const dir of [instance.runDir, instance.logDir]) await mkdir(dir, { recursive: true });
  const addresses = await makeLink(instance, signal);
  const config = await prepare(instance, tools, addresses, signal);
  await makeCgroup(instance.cgroup);
  await replaceFile(machineConfigPath(instance), JSON.stringify(config));
  await bootMachine(instance, signal);
};

/** Whether a node runs that was booted just as it would be now. */
const isUpToDate = async (instance: Instance, tools: Tools, signal: AbortSignal): Promise<boolean> => {
  if (!(await isMachineWhole(instance, signal))) return false;
  const addresses = await readAddresses(instance);
  if (addresses === undefined) return false;
  const wanted = JSON.stringify(await prepare(instance, tools, addresses, signal));
  return wanted === (await readIfThere(machineConfigPath(instance)));
};

const waitUntilReady = async (instance: Instance, { report, signal }: BootOptions): Promise<void> => {
  const deadline = performance.now() + BOOT_TIMEOUT_MS;
  const told = new Set<string>();
  const before = new Map<string, number>();
  for (;;) {
    const states = (await readMachineState(instance))?.parts ?? [];
    for (const { name, phase, restarts } of states) {
      if (!before.has(name)) before.set(name, restarts);
      if (phase === 'ready' && !told.has(name)) {
        told.add(name);
        report(`${name} is ready`);
      }
    }
    const missing = states.filter(({ phase }) => phase !== 'ready');
    if (states.length > 0 && missing.length === 0) return;
    if ((await findMachine(instance)).initPid === undefined) {
      throw new BootError(`Expected the node to boot, it ended: ${await machineLogTail(instance)}`);
    }
    const hopeless = missing.find(({ name, restarts }) => restarts - (before.get(name) ?? 0) >= HOPELESS_RESTARTS);
    const culprit = performance.now() > deadline ? (missing[0] ?? { name: 'node' }) : hopeless;
    if (culprit !== undefined) {
      const log = join(instance.logDir, `${culprit.name}.log`);
      throw new BootError(
        `Expected ${culprit.name} to become ready, it does not. Its log ${log} ends with:\n${await lastLines(log, 8)}`,
      );
    }
    await setTimeout(50, undefined, { signal });
  }
};

/**
 * Brings the node up, or finds it running, and waits until it is ready for pods. Goes on from wherever an earlier call
 * was interrupted.
 */
export const startMachine = async (instance: Instance, tools: Tools, options: BootOptions): Promise<void> => {
  const { report, signal } = options;
  await mkdir(instance.stateDir, { recursive: true, mode: 0o700 });
  await locked(instance, options, async () => {
    if (await isUpToDate(instance, tools, signal)) {
      report(`the node "${instance.name}" runs already`);
      await waitUntilReady(instance, { ...options, report: () => undefined });
    } else {
      report(`booting the node "${instance.name}"`);
      await boot(instance, tools, signal);
      await waitUntilReady(instance, options);
    }
  });
};

/** Stops the node, whatever state it is in; with `delete` its state goes too. True if it ran. */
export const stopMachine = async (instance: Instance, options: BootOptions & { delete: boolean }): Promise<boolean> =>
  await locked(instance, options, async () => {
    const { initPid } = await findMachine(instance);
    await killMachine(instance, options.signal);
    await rm(instance.runDir, { recursive: true, force: true });
    if (options.delete) await rm(instance.stateDir, { recursive: true, force: true });
    return initPid !== undefined;
  });
