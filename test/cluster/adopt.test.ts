import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import { connector } from '../../operator/cli/connect.ts';
import { run } from '../../operator/cli/run.ts';
import { BLUE_GREENS, DEPLOYMENTS, SERVICES } from '../../operator/controllers/resources.ts';
import { systemClock } from '../../operator/runtime/clock.ts';
import { readEnvironment } from './environment.ts';
import { NO_LOSS, Stage } from './stage.ts';

const { kubeconfigPath } = readEnvironment();
const stage = new Stage('adopt');
const { namespace, objects, release, signal } = stage;

/** Runs `kubectl relevo`; gives what it said. */
const relevo = async (...args: string[]): Promise<string> => {
  let said = '';
  const stdout = { write: (part: string) => (said += part) };
  const connect = connector({});
  const exitCode = await run([...args, '-n', namespace, '--kubeconfig', kubeconfigPath], {
    stdout,
    stderr: stdout,
    environment: {},
    clock: systemClock,
    connect,
    signal,
  });
  if (exitCode !== 0) throw new Error(`Expected ${args.join(' ')} to succeed, found exit code ${exitCode}: ${said}`);
  return said;
};

beforeAll(() => stage.open({ kind: 'Deployment' }));
afterAll(() => stage[Symbol.asyncDispose]());

const deployment = (): Promise<V1Deployment | undefined> => objects.find<V1Deployment>(DEPLOYMENTS, 'users');
const selector = async (): Promise<Record<string, string> | undefined> =>
  (await objects.get<V1Service>(SERVICES, 'users')).spec?.selector;

test('a Deployment that Helm owns becomes a BlueGreen and back under load, and no request is lost', async () => {
  const from = stage.now();
  const before = await selector();
  const said = await relevo('adopt', 'deployment/users');
  expect(said).toContain('The Deployment belongs to Helm release users');
  expect(Object.keys((await selector()) ?? {})).toContain('relevo.dev/revision');
  expect((await deployment())?.spec?.replicas).toBe(0);
  await relevo('release', 'users');
  expect(await selector()).toEqual(before);
  expect((await deployment())?.status?.readyReplicas).toBe(2);
  expect(await objects.find(BLUE_GREENS, 'users')).toBeUndefined();
  expect(await stage.loss(from)).toEqual(NO_LOSS);
  // Helm meets no conflict with what was done to its Deployment.
  const config = { GREETING: 'Again', PAGE_SIZE: '20' };
  await release.upgrade({ kind: 'Deployment', config }, signal, '--wait', '--timeout', '120s');
});

test('a chart that is changed after the adoption takes over the BlueGreen, and no request is lost', async () => {
  const from = stage.now();
  await relevo('adopt', 'deployment/users');
  await release.upgrade({ kind: 'BlueGreen' }, signal, '--wait', '--timeout', '120s');
  // The chart brings the preview Service and its own way to write the template: that is a release.
  const { spec } = await objects.get<BlueGreen>(BLUE_GREENS, 'users');
  expect(spec.services.preview).toBe('users-preview');
  await relevo('wait', 'users', '--for', 'Stable', '--timeout', '2m');
  expect(await deployment()).toBeUndefined();
  expect(Object.keys((await selector()) ?? {})).toContain('relevo.dev/revision');
  expect(await stage.loss(from)).toEqual(NO_LOSS);
});
