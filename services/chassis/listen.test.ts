import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { isListenError, listen, ListenError } from './listen.ts';
import { portOf, serve } from './testing/serve.ts';

const failure = async (port: number, address?: string): Promise<ListenError> => {
  try {
    await listen(createServer(), { port, address, flag: '--port' });
  } catch (error) {
    if (isListenError(error)) return error;
    throw error;
  }
  throw new Error('Expected a ListenError, found a listening server');
};

test('port 0 takes a free one and tells it', async () => {
  const server = createServer();
  const port = await listen(server, { port: 0, address: '127.0.0.1', flag: '--port' });
  expect(port).toBe(portOf(server));
  expect(port).toBeGreaterThan(0);
  server.close();
});

describe('the error says what to do', () => {
  test('when the port is in use', async () => {
    await using other = await serve(createServer());
    const error = await failure(other.port, '127.0.0.1');
    expect(error.code).toBe('PORT_IN_USE');
    expect(error.message).toBe(
      `Expected a free port, found port ${other.port} in use: stop what listens on it (ss -ltnp shows it) or choose another with --port`,
    );
  });

  test('when the address is not of this machine', async () => {
    // 192.0.2.0/24 is kept for documentation (RFC 5737).
    const error = await failure(0, '192.0.2.1');
    expect(error.code).toBe('LISTEN_FAILED');
    expect(error.message).toContain(
      'Expected an address of this machine, found 192.0.2.1: choose another with --listen-address',
    );
  });

  test('when the user may not', () => {
    // Made by hand: tests may run as root, who may.
    const error = new ListenError({ port: 80, flag: '--port' }, Object.assign(new Error('no'), { code: 'EACCES' }));
    expect(error.code).toBe('PORT_FORBIDDEN');
    expect(error.message).toContain('found port 80: choose one above 1023 with --port');
  });
});
