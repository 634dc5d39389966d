import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { InClusterConnection, loadConnection } from './connection.ts';
import { FakeClock } from './testing/fake-clock.ts';

// The client library takes seconds to load on a busy machine.
jest.setTimeout(60_000);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connection-'));
  await writeFile(join(folder, 'ca.crt'), 'authority');
  await writeFile(join(folder, 'token'), 'first\n');
});

afterEach(() => rm(folder, { recursive: true }));

test('in a pod the service account is used, and its token is read again when it may have been renewed', async () => {
  const clock = new FakeClock();
  const connection = new InClusterConnection({ host: '10.0.0.1', port: '443', folder, clock });
  expect(connection.getCurrentCluster().server).toBe('https://10.0.0.1:443');
  const apply = async (): Promise<RequestOptions> => {
    const request: RequestOptions = { headers: { Accept: 'x' } };
    await connection.applyToHTTPSOptions(request);
    return request;
  };
  const first = { ca: Buffer.from('authority'), headers: { Accept: 'x', Authorization: 'Bearer first' } };
  expect(await apply()).toEqual(first);
  await writeFile(join(folder, 'token'), 'second');
  await clock.advance(60_000);
  expect(await apply()).toEqual(first);
  await clock.advance(1);
  expect((await apply()).headers).toEqual({ Accept: 'x', Authorization: 'Bearer second' });
});

test('an IPv6 address of the API server is put in brackets', () => {
  expect(new InClusterConnection({ host: 'fd00::1', port: '443' }).getCurrentCluster().server).toBe(
    'https://[fd00::1]:443',
  );
});

test('a pod’s environment leads to the service account', async () => {
  const connection = await loadConnection({ KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' });
  expect(connection).toBeInstanceOf(InClusterConnection);
});

test('KUBECONFIG is used before all else', async () => {
  const file = join(folder, 'kubeconfig');
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'https://example.test:6443' } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  await writeFile(file, JSON.stringify(config));
  const environment = { KUBECONFIG: file, KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
  const connection = await loadConnection(environment);
  expect(connection.getCurrentCluster()?.server).toBe('https://example.test:6443');
  const request: RequestOptions = {};
  await connection.applyToHTTPSOptions(request);
  expect(request.headers).toEqual({ Authorization: 'Bearer t' });
});
