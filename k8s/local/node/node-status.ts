import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { apiGet, isNodeReady, readAccess } from '../control-plane/api-request.ts';
import type { Instance } from './instance.ts';
import { machineConfigPath, readIfThere, readMachineState } from './machine-config.ts';
import { findMachine, isMachineWhole } from './machine.ts';
import { NODE_NAME } from './node-config.ts';
import type { PartState } from './part.ts';
import { findTools } from '../tools/tools.ts';

/**
 * - `running`: every part does its work and the node is Ready.
 * - `degraded`: it runs, but not all of it works; `problems` says what.
 * - `stopped`: nothing runs.
 */
export type Health = 'running' | 'degraded' | 'stopped';

/** A part with what a person needs to look into it. */
export interface PartReport extends PartState {
  log: string;
  /** Its process as numbered outside of the node. */
  hostPid?: number;
}

/** All there is to say about a node. */
export interface NodeStatus {
  name: string;
  health: Health;
  /** One sentence each. */
  problems: string[];
  bootedAt?: string;
  parts: PartReport[];
  kubeconfig: string;
  logs: string;
  podLogs: string;
  state: string;
  /** Folder with kubectl, helm and the others; absent until they are built. */
  tools?: string;
}

/** Exit codes of `npm run status`; 3 is what service managers use for "not running". */
export const EXIT_CODES: Readonly<Record<Health, number>> = { running: 0, degraded: 1, stopped: 3 };

const API_TIMEOUT_MS = 3000;

/** A process's number in its own namespace; undefined for one that has ended. */
const innerPid = async (pid: string): Promise<number | undefined> => {
  const numbers = /^NSpid:\s+(.*)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1];
  return numbers === undefined ? undefined : Number(numbers.split(/\s+/).at(-1));
};

const namespaceOf = async (pid: string): Promise<string> => await readlink(`/proc/${pid}/ns/pid`).catch(() => '');

/** The processes right in the node (not in its containers): number inside to number outside. */
const hostPids = async (initPid: number): Promise<Map<number, number>> => {
  const namespace = await namespaceOf(String(initPid));
  const pids = new Map<number, number>();
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || (await namespaceOf(pid)) !== namespace) continue;
    const inside = await innerPid(pid);
    if (inside !== undefined) pids.set(inside, Number(pid));
  }
  return pids;
};

const ago = (at: string, now: number): string => `${Math.round((now - Date.parse(at)) / 1000)} s ago`;

/** One sentence about a part that ended, or undefined for one that never did. */
export const describeExit = ({ name, phase, restarts, lastExit, log }: PartReport, now: number): string | undefined => {
  if (lastExit === undefined) return undefined;
  const how = lastExit.signal === undefined ? `with exit code ${lastExit.code}` : `by ${lastExit.signal}`;
  const since = phase === 'ready' ? 'was started again and works' : 'is being started again';
  const times = restarts + (phase === 'down' ? 1 : 0);
  const count = times > 1 ? `, ${times} times since the boot,` : '';
  return `${name} ended ${how} ${ago(lastExit.at, now)}${count} and ${since}; log: ${log}`;
};

const apiProblems = async (kubeconfig: string, signal: AbortSignal): Promise<string[]> => {
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(API_TIMEOUT_MS)]);
  try {
    const answer = await apiGet(await readAccess(kubeconfig), `/api/v1/nodes/${NODE_NAME}`, timeout);
    return isNodeReady(answer) ? [] : ['the node is not Ready: npm run kubectl -- describe node'];
  } catch (error) {
    signal.throwIfAborted();
    return [`the API server does not answer: ${error instanceof Error ? error.message : String(error)}`];
  }
};

const partProblems = (parts: readonly PartReport[]): string[] =>
  parts
    .filter(({ phase }) => phase !== 'ready')
    .map(({ name, phase, log }) => `${name} is ${phase === 'down' ? 'down' : `still ${phase}`}; log: ${log}`);

/** Looks at a node from outside; changes nothing. */
export const nodeStatus = async (instance: Instance, signal: AbortSignal): Promise<NodeStatus> => {
  const tools = await findTools();
  const base = {
    name: instance.name,
    parts: [],
    kubeconfig: instance.kubeconfigPath,
    logs: instance.logDir,
    podLogs: join(instance.stateDir, 'pod-logs'),
    state: instance.stateDir,
    ...(tools === undefined ? {} : { tools: tools.dir }),
  };
  const { initPid } = await findMachine(instance);
  if (initPid === undefined) {
    // An orderly stop removes it.
    const crashed = (await readIfThere(machineConfigPath(instance))) !== undefined;
    const problems = crashed ? [`the node ended by itself or was killed; its logs: ${instance.logDir}`] : [];
    return { ...base, health: 'stopped', problems };
  }
  const state = await readMachineState(instance);
  if (state === undefined || !(await isMachineWhole(instance, signal))) {
    return { ...base, health: 'degraded', problems: ['the node is booting, or its start was interrupted: npm start'] };
  }
  const pids = await hostPids(initPid);
  const parts = state.parts.map((part): PartReport => {
    const hostPid = part.pid === undefined ? undefined : pids.get(part.pid);
    const log = join(instance.logDir, `${part.name}.log`);
    return { ...part, log, ...(hostPid === undefined ? {} : { hostPid }) };
  });
  const problems = [...partProblems(parts), ...(await apiProblems(instance.kubeconfigPath, signal))];
  const health = problems.length === 0 ? 'running' : 'degraded';
  return { ...base, health, problems, bootedAt: state.bootedAt, parts };
};
