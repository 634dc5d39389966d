import { afterEach, expect, jest, test } from '@jest/globals';
import { Counter, Registry } from 'prom-client';
import { startManagementServer } from './server.ts';
import type { ManagementServer, ManagementServerOptions } from './server.ts';

// Real sockets on a busy machine.
jest.setTimeout(30_000);

let server: ManagementServer;

afterEach(() => server.close());

const ask = async (
  path: string,
  options: Partial<ManagementServerOptions> = {},
): Promise<[number, string, string | null]> => {
  server = await startManagementServer({ port: 0, host: '127.0.0.1', registry: new Registry(), ready: {}, ...options });
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
  return [response.status, await response.text(), response.headers.get('content-type')];
};

test('/live and /ready are ok when no check objects', async () => {
  expect(await ask('/live')).toEqual([200, 'ok\n', 'text/plain; charset=utf-8']);
  await server.close();
  expect(await ask('/ready?verbose', { ready: { caches: () => undefined } })).toEqual([
    200,
    'ok\n',
    expect.any(String),
  ]);
});

test('/ready says which checks object and why, and /live does not care', async () => {
  const ready = { caches: () => 'services are not listed yet', lease: () => undefined };
  expect((await ask('/ready', { ready })).slice(0, 2)).toEqual([503, 'caches: services are not listed yet\n']);
  await server.close();
  expect((await ask('/live', { ready }))[0]).toBe(200);
  await server.close();
  expect((await ask('/live', { live: { loop: () => 'stuck' } })).slice(0, 2)).toEqual([503, 'loop: stuck\n']);
});

test('/healthz and /readyz are the same under the names that controllers of Kubernetes use', async () => {
  const checks = { ready: { caches: () => 'not filled' }, live: { loop: () => 'stuck' } };
  expect((await ask('/healthz', checks)).slice(0, 2)).toEqual([503, 'loop: stuck\n']);
  await server.close();
  expect((await ask('/readyz', checks)).slice(0, 2)).toEqual([503, 'caches: not filled\n']);
});

test('/metrics are those of the registry', async () => {
  const registry = new Registry();
  new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(3);
  const [status, text, type] = await ask('/metrics', { registry });
  expect(status).toBe(200);
  expect(text).toContain('things_total 3');
  expect(type).toBe(registry.contentType);
});

test('a failure to answer is a 500, another path a 404', async () => {
  const ready = {
    broken: () => {
      throw new Error('cannot tell');
    },
  };
  expect((await ask('/ready', { ready })).slice(0, 2)).toEqual([500, 'Error: cannot tell\n']);
  await server.close();
  expect((await ask('/other')).slice(0, 2)).toEqual([404, 'No such path: /other\n']);
});

test('a port in use is an error', async () => {
  await ask('/live');
  const second = startManagementServer({ port: server.port, host: '127.0.0.1', registry: new Registry(), ready: {} });
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
