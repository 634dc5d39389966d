import { readMachineState } from '../../k8s/local/node/machine-config.ts';
import { nodeStatus } from '../../k8s/local/node/node-status.ts';
import { localInstance } from '../../k8s/local/node/node.ts';
import type { PartState } from '../../k8s/local/node/part.ts';
import { eventually } from '../api/eventually.ts';
import { TEST_NODE } from './test-node.ts';

/** Programs of the node that are killed. */
export type PartName = 'etcd' | 'kube-apiserver';

const BACK_TIMEOUT_MS = 60_000;

/** Kills a program of the tests' node by SIGKILL, and waits until the node itself has brought it back. */
export const killPart = async (name: PartName, signal: AbortSignal): Promise<void> => {
  const instance = localInstance(TEST_NODE);
  const { parts } = await nodeStatus(instance, signal);
  const part = parts.find((one) => one.name === name);
  if (part?.hostPid === undefined) throw new Error(`Expected ${name} to run in node ${TEST_NODE}, found none`);
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
