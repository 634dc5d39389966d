import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { V1Deployment } from '@kubernetes/client-node';
import type { ConfigRollout } from '../../operator/api/configrollout.ts';
import { ANNOTATION_CONFIG_ROLLOUT } from '../../operator/api/names.ts';
import { findConfigReferences } from '../../operator/api/references.ts';
import { CONFIG_ROLLOUTS, DEPLOYMENTS } from '../../operator/controllers/resources.ts';
import { eventually } from '../api/eventually.ts';
import { Objects } from '../api/objects.ts';
import { accessByFile } from '../demo/kube-access.ts';
import { KINDS } from '../load/client.ts';
import { LoadRun } from '../load/load-run.ts';
import { readEnvironment } from './environment.ts';
import { RATES } from './stage.ts';
import { UsersRelease } from './users-release.ts';

const NAMESPACE = 'shared-config';
const TIMEOUT_MS = 120_000;
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

const now = (): number => performance.timeOrigin + performance.now();

/** The share of requests that failed since then, once the load's report has come up to this moment. */
const failedShare = async (fromMs: number): Promise<number> => {
  const toMs = now();
  await eventually(
    'the report of the load to come',
    async () => load.traffic.latestMs,
    (latestMs) => latestMs >= toMs,
  );
  const totals = KINDS.map((kind) => load.traffic.totals(kind, { fromMs, toMs: Infinity }));
  const sent = totals.reduce((sum, one) => sum + one.sent, 0);
  expect(sent).toBeGreaterThan(500);
  return totals.reduce((sum, one) => sum + one.failed, 0) / sent;
};

const greeting = async (): Promise<string> => {
  const path = `/api/v1/namespaces/${NAMESPACE}/services/users:80/proxy/api/users`;
  return (await access.client.get<{ greeting: string }>(path, { signal })).greeting;
};

const configMapsOf = ({ spec }: V1Deployment): string[] =>
  findConfigReferences(spec?.template ?? {}).map(({ name }) => name);

const isWhole = ({ metadata, spec, status }: V1Deployment): boolean =>
  status?.observedGeneration === metadata?.generation &&
  status?.updatedReplicas === spec?.replicas &&
  status?.readyReplicas === spec?.replicas &&
  status?.replicas === spec?.replicas;

const deployed = (what: string, check: (found: V1Deployment) => boolean): Promise<V1Deployment> =>
  eventually(
    `the Deployment ${what}`,
    () => objects.get<V1Deployment>(DEPLOYMENTS, 'users'),
    (found) => isWhole(found) && check(found),
    TIMEOUT_MS,
  );

const rolledOut = (what: string, check: (found: ConfigRollout) => boolean): Promise<ConfigRollout> =>
  eventually(
    `the ConfigRollout ${what}`,
    () => objects.get<ConfigRollout>(CONFIG_ROLLOUTS, 'users'),
    check,
    TIMEOUT_MS,
  );

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

test('a plain Deployment of Helm opts in, gets a change, survives an upgrade and opts out under load, without an outage', async () => {
  const from = now();
  const original = configMapsOf(await deployed('to be whole', () => true));
  const [configMap = ''] = original;
  await objects.patch(DEPLOYMENTS, 'users', { metadata: { annotations: { [ANNOTATION_CONFIG_ROLLOUT]: 'users' } } });
  await objects.apply<ConfigRollout>(CONFIG_ROLLOUTS, 'users', { spec: { source: { configMap, quietSeconds: 0 } } });
  const pinned = await rolledOut('to have pinned it', ({ status }) => status?.history?.length === 1);
  expect(configMapsOf(await deployed('to be whole', () => true))).toEqual(
    original.map(() => `${configMap}-${pinned.status?.current}`),
  );

  // The chart writes the original's name each time.
  await release.upgrade({ kind: 'Deployment', config: { GREETING: 'Hi', PAGE_SIZE: '20' } }, signal);
  const changed = await rolledOut('to have brought the change', ({ status }) => status?.history.length === 2);
  expect(changed.status?.history[0]?.outcome).toBe('Completed');
  expect(await greeting()).toBe('Hi');

  await release.upgrade({ kind: 'Deployment', replicas: 3, config: { GREETING: 'Good day', PAGE_SIZE: '20' } }, signal);
  const upgraded = await rolledOut('to have brought it', ({ status }) => status?.history.length === 3);
  const copy = `${configMap}-${upgraded.status?.current}`;
  const after = await deployed('to have three pods', ({ spec }) => spec?.replicas === 3);
  expect(configMapsOf(after)).toEqual(original.map(() => copy));
  expect(await greeting()).toBe('Good day');

  await objects.delete(CONFIG_ROLLOUTS, 'users');
  await deployed('to name the original again', (found) => configMapsOf(found).every((name) => name === configMap));
  expect(await greeting()).toBe('Good day');
  // How a plain Deployment replaces its pods is Kubernetes' matter, and it promises nothing; an outage would be seen.
  expect(await failedShare(from)).toBeLessThan(0.001);
});
