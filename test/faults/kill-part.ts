import type { Instance } from '../../k8s/local/node/instance.ts';
import { readMachineState } from '../../k8s/local/node/machine-config.ts';
import { nodeStatus } from '../../k8s/local/node/node-status.ts';
import type { PartState } from '../../k8s/local/node/part.ts';
import { eventually } from '../api/eventually.ts';

/** Programs of a local node that are killed. */
export const PARTS = ['etcd', 'kube-apiserver'] as const;
export type PartName = (typeof PARTS)[number];

// Generous: a few seconds where nothing else is at work.
const BACK_TIMEOUT_MS = 180_000;

/** Kills a program of a local node by SIGKILL, and waits until the node itself has brought it back. */
export const killPart = async (instance: Instance, name: PartName, signal: AbortSignal): Promise<void> => {
  const { parts } = await nodeStatus(instance, signal);
  const part = parts.find((one) => one.name === name);
  if (part?.hostPid === undefined) throw new Error(`Expected ${name} to run in node ${instance.name}, found none`);
  const { hostPid, restarts } = part;
  const state = async (): Promise<PartState | undefined> =>
    (await readMachineState(instance))?.parts.find((one) => one.name === name);
  process.kill(hostPid, 'SIGKILL');
  await eventually(
    `${name} to be back`,
    state,
    (found) => found?.phase === 'ready' && found.restarts > restarts,
    BACK_TIMEOUT_MS,
  );
};
