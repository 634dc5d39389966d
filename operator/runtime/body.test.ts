import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readLines } from './body.ts';
import { ConnectionError } from './errors.ts';

/** Sends two lines and a half, then cuts the connection. */
const server = createServer((_, outgoing) => {
  outgoing.write('one\ntwo\nthr', () => outgoing.destroy());
});

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
});

const open = async (): Promise<IncomingMessage> => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const [response] = await once(get({ host: '127.0.0.1', port }), 'response');
  return response;
};

test('lines that came before a cut are read, however late, and then the cut is told', async () => {
  const response = await open();
  const cut = new Promise((resolve) => response.once('close', resolve));
  const lines: string[] = [];
  const read = async (): Promise<void> => {
    for await (const line of readLines(response, 'GET /', new AbortController().signal)) {
      lines.push(line);
      await cut;
    }
  };
  await expect(read()).rejects.toThrow(ConnectionError);
  expect(lines).toEqual(['one', 'two']);
});

test('nothing is read after an abort', async () => {
  const abort = new AbortController();
  const lines: string[] = [];
  const read = async (): Promise<void> => {
    for await (const line of readLines(await open(), 'GET /', abort.signal)) {
      lines.push(line);
      abort.abort(new Error('enough'));
    }
  };
  await expect(read()).rejects.toThrow('enough');
  expect(lines[0]).toBe('one');
});
