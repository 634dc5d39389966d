import { connect, type NetConnectOpts } from 'node:net';
import { apiGet, isNodeReady, readAccess } from '../control-plane/api-request.ts';
import type { Part } from './part.ts';

const TIMEOUT_MS = 2000;

const listens = async (target: NetConnectOpts): Promise<boolean> =>
  await new Promise((resolve) => {
    const socket = connect(target);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
    socket.once('connect', () => socket.destroy());
    socket.once('close', (failed) => resolve(!failed && socket.bytesRead >= 0 && !socket.connecting));
    socket.once('error', () => resolve(false));
  });

/** Makes the function that tells whether a part does its work. */
export const makeProbe =
  (kubeconfigPath: string, signal: AbortSignal) =>
  async ({ ready }: Part): Promise<boolean> => {
    if (ready === undefined) return true;
    if (ready.kind === 'tcp') return await listens({ host: '127.0.0.1', port: ready.port });
    if (ready.kind === 'socket') return await listens({ path: ready.path });
    try {
      const access = await readAccess(kubeconfigPath);
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      if (ready.kind === 'api') return (await apiGet(access, ready.path, timeout)).status === 200;
      return isNodeReady(await apiGet(access, `/api/v1/nodes/${ready.name}`, timeout));
    } catch {
      // Not ready is the answer here, whatever the reason: the part's own log has it.
      return false;
    }
  };
