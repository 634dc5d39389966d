import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { V1Deployment } from '@kubernetes/client-node';
import type { ConfigRollout } from '../../operator/api/configrollout.ts';
import { ANNOTATION_CONFIG_ROLLOUT } from '../../operator/api/names.ts';
import { findConfigReferences } from '../../operator/api/references.ts';
import { CONFIG_ROLLOUTS, DEPLOYMENTS } from '../../operator/controllers/resources.ts';
import { eventually } from '../api/eventually.ts';
import { Stage } from './stage.ts';

const TIMEOUT_MS = 120_000;
const stage = new Stage('shared-config');
const { objects, release, signal } = stage;

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

beforeAll(() => stage.open({ kind: 'Deployment' }));
afterAll(() => stage[Symbol.asyncDispose]());

test('a plain Deployment of Helm opts in, gets a change, survives an upgrade and opts out under load', async () => {
  const original = configMapsOf(await deployed('to be whole', () => true));
  const [configMap = ''] = original;
  await objects.patch(DEPLOYMENTS, 'users', { metadata: { annotations: { [ANNOTATION_CONFIG_ROLLOUT]: 'users' } } });
  await objects.apply<ConfigRollout>(CONFIG_ROLLOUTS, 'users', { spec: { source: { configMap } } });
  const pinned = await rolledOut('to have pinned it', ({ status }) => status?.history?.length === 1);
  expect(configMapsOf(await deployed('to be whole', () => true))).toEqual(
    original.map(() => `${configMap}-${pinned.status?.current}`),
  );

  // The chart writes the original's name each time: after the ConfigMap, within the quiet period.
  await release.upgrade({ kind: 'Deployment', config: { GREETING: 'Hi', PAGE_SIZE: '20' } }, signal);
  const changed = await rolledOut('to have brought the change', ({ status }) => status?.history.length === 2);
  expect(changed.status?.history[0]?.outcome).toBe('Completed');
  expect(await stage.greeting()).toBe('Hi');

  await release.upgrade({ kind: 'Deployment', replicas: 3, config: { GREETING: 'Good day', PAGE_SIZE: '20' } }, signal);
  const upgraded = await rolledOut('to have brought it', ({ status }) => status?.history.length === 3);
  const copy = `${configMap}-${upgraded.status?.current}`;
  const after = await deployed('to have three pods', ({ spec }) => spec?.replicas === 3);
  expect(configMapsOf(after)).toEqual(original.map(() => copy));
  expect(await stage.greeting()).toBe('Good day');

  await objects.delete(CONFIG_ROLLOUTS, 'users');
  await deployed('to name the original again', (found) => configMapsOf(found).every((name) => name === configMap));
  expect(await stage.greeting()).toBe('Good day');
});
