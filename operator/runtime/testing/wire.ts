import type { IncomingMessage, ServerResponse } from 'node:http';

/** The body of a request. */
export const readAll = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** `/apis/g/v/namespaces/n/plural/name` → the collection without the namespace, and the rest. */
export const parsePath = (
  path: string,
): { collection: string; namespace?: string | undefined; name?: string | undefined } => {
  const parts = path.split('/').slice(1);
  const root = parts.splice(0, parts[0] === 'api' ? 2 : 3);
  const namespace = parts[0] === 'namespaces' && parts.length > 2 ? parts.splice(0, 2)[1] : undefined;
  return { collection: `/${[...root, parts[0]].join('/')}`, namespace, name: parts[1] };
};

/** Sends one line of a watch. */
export const write = (response: ServerResponse, event: object): void => {
  response.write(`${JSON.stringify(event)}\n`);
};

/** Sends a whole answer. */
export const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};

/** Sends a failure as a Status. */
export const refuse = (response: ServerResponse, status: number, reason: string): void =>
  answer(response, status, { kind: 'Status', status: 'Failure', code: status, reason, message: `refused: ${reason}` });
