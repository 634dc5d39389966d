import { readFile } from 'node:fs/promises';
import { request } from 'node:https';

/** What a request to the API server needs. */
export interface ApiAccess {
  server: string;
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
}

/** A kubeconfig that Relevo did not write itself. */
export class KubeconfigError extends Error {
  readonly code = 'KUBECONFIG_INVALID';
  override readonly name = 'KubeconfigError';
}

const property = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, String(key)) : undefined),
    value,
  );

/** Reads a kubeconfig that Relevo wrote: JSON, one cluster, one user with a client certificate. */
export const readAccess = async (path: string): Promise<ApiAccess> => {
  const config: unknown = JSON.parse(await readFile(path, 'utf8'));
  const text = (...at: (string | number)[]): string => {
    const found = property(config, ...at);
    if (typeof found !== 'string') throw new KubeconfigError(`Expected ${at.join('.')} in ${path}, found none`);
    return found;
  };
  const pem = (...at: (string | number)[]) => Buffer.from(text(...at), 'base64');
  return {
    server: text('clusters', 0, 'cluster', 'server'),
    ca: pem('clusters', 0, 'cluster', 'certificate-authority-data'),
    cert: pem('users', 0, 'user', 'client-certificate-data'),
    key: pem('users', 0, 'user', 'client-key-data'),
  };
};

/** An answer of the API server. */
export interface ApiAnswer {
  status: number;
  body: string;
}

/** One GET of the API server. The client library would do, but costs half a second and 80 MB at import. */
export const apiGet = async (access: ApiAccess, path: string, signal: AbortSignal): Promise<ApiAnswer> =>
  await new Promise((resolve, reject) => {
    const { server, ca, cert, key } = access;
    const sent = request(new URL(path, server), { ca, cert, key, signal, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });

/** Whether the node's condition Ready is True in the API server's answer. */
export const isNodeReady = ({ status, body }: ApiAnswer): boolean => {
  if (status !== 200) return false;
  const node: unknown = JSON.parse(body);
  const conditions = property(node, 'status', 'conditions');
  return (
    Array.isArray(conditions) &&
    conditions.some(
      (condition: unknown) => property(condition, 'type') === 'Ready' && property(condition, 'status') === 'True',
    )
  );
};
