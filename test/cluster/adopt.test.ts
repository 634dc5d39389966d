import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import { connector } from '../../operator/cli/connect.ts';
import { run } from '../../operator/cli/run.ts';
import { BLUE_GREENS, DEPLOYMENTS, SERVICES } from '../../operator/controllers/resources.ts';
import { systemClock } from '../../operator/runtime/clock.ts';
import { eventually } from '../api/eventually.ts';
import { Objects } from '../api/objects.ts';
import { accessByFile } from '../demo/kube-access.ts';
import { KINDS } from '../load/client.ts';
import { LoadRun } from '../load/load-run.ts';
import { readEnvironment } from './environment.ts';
import { RATES } from './stage.ts';
import { UsersRelease } from './users-release.ts';

const NAMESPACE = 'adopt';
const { kubeconfigPath, images } = readEnvironment();
const over = new AbortController();
const { signal } = over;
const access = accessByFile(kubeconfigPath);
const objects = new Objects(access.client, NAMESPACE, signal);
const release = new UsersRelease(NAMESPACE);
const load = new LoadRun({
  ...access,
  namespace: NAMESPACE,
  name: 'load',
  image: `${images.load.repository}:${images.load.tag}`,
  url: `http://users.${NAMESPACE}.svc/api/users`,
  rates: RATES,
  connections: 20,
  durationSeconds: 900,
});

/** Runs `kubectl relevo`; gives what it said. */
const relevo = async (...args: string[]): Promise<string> => {
  let said = '';
  const stdout = { write: (part: string) => (said += part) };
  const connect = connector({});
  const exitCode = await run([...args, '-n', NAMESPACE, '--kubeconfig', kubeconfigPath], {
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

const now = (): number => performance.timeOrigin + performance.now();

/** What was lost since then, once the load's report has come up to this moment. */
const lost = async (fromMs: number): Promise<{ failed: number; reasons: string[] }> => {
  const toMs = now();
  await eventually(
    'the report of the load to come',
    async () => load.traffic.latestMs,
    (latestMs) => latestMs >= toMs,
  );
  const totals = KINDS.map((kind) => load.traffic.totals(kind, { fromMs, toMs: Infinity }));
  const sent = totals.reduce((sum, one) => sum + one.sent, 0);
  expect(sent).toBeGreaterThan(500);
  return {
    failed: totals.reduce((sum, one) => sum + one.failed, 0),
    reasons: totals.flatMap(({ reasons }) => Array.from(reasons.keys())),
  };
};

const NOTHING_LOST = { failed: 0, reasons: [] };

beforeAll(async () => {
  await release.upgrade({ kind: 'Deployment' }, signal, '--wait', '--timeout', '120s');
  await load.start(signal);
});

afterAll(async () => {
  await load.remove(AbortSignal.timeout(60_000));
  over.abort();
  await access.client.delete(`/api/v1/namespaces/${NAMESPACE}`, { signal: AbortSignal.timeout(60_000) });
  access.client.close();
});

const deployment = (): Promise<V1Deployment | undefined> => objects.find<V1Deployment>(DEPLOYMENTS, 'users');
const selector = async (): Promise<Record<string, string> | undefined> =>
  (await objects.get<V1Service>(SERVICES, 'users')).spec?.selector;

test('a Deployment that Helm owns becomes a BlueGreen and back under load, and no request is lost', async () => {
  const from = now();
  const before = await selector();
  const said = await relevo('adopt', 'deployment/users');
  expect(said).toContain('The Deployment belongs to Helm release users');
  expect(Object.keys((await selector()) ?? {})).toContain('relevo.dev/revision');
  expect((await deployment())?.spec?.replicas).toBe(0);
  await relevo('release', 'users');
  expect(await selector()).toEqual(before);
  expect((await deployment())?.status?.readyReplicas).toBe(2);
  expect(await objects.find(BLUE_GREENS, 'users')).toBeUndefined();
  expect(await lost(from)).toEqual(NOTHING_LOST);
  // Helm meets no conflict with what was done to its Deployment.
  const config = { GREETING: 'Again', PAGE_SIZE: '20' };
  await release.upgrade({ kind: 'Deployment', config }, signal, '--wait', '--timeout', '120s');
});

test('a chart that is changed after the adoption takes over the BlueGreen, and no request is lost', async () => {
  const from = now();
  await relevo('adopt', 'deployment/users');
  await release.upgrade({ kind: 'BlueGreen' }, signal, '--wait', '--timeout', '120s');
  // The chart brings the preview Service and its own way to write the template: that is a release.
  const { spec } = await objects.get<BlueGreen>(BLUE_GREENS, 'users');
  expect(spec.services.preview).toBe('users-preview');
  await relevo('wait', 'users', '--for', 'Stable', '--timeout', '2m');
  expect(await deployment()).toBeUndefined();
  expect(Object.keys((await selector()) ?? {})).toContain('relevo.dev/revision');
  expect(await lost(from)).toEqual(NOTHING_LOST);
});
