import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { applyRelease, type HelmRelease } from '../../k8s/local/install/helm-release.ts';
import { succeed } from './program.ts';
import { openClusterWorkbench, type ClusterWorkbench } from './workbench.ts';

jest.setTimeout(120_000);

let bench: ClusterWorkbench;

beforeAll(async () => {
  bench = await openClusterWorkbench();
});

afterAll(async () => bench.stop());

const releaseOf = (greeting: string): HelmRelease => ({
  name: 'users',
  chart: 'service',
  namespace: 'relevo',
  values: { image: { repository: 'registry.example.com/users', tag: 'v1' }, config: { GREETING: greeting } },
});

const greeting = (): Promise<string> =>
  succeed(
    bench.kubectl(['--namespace=relevo', 'get', 'configmap', 'users-config', '--output=jsonpath={.data.GREETING}']),
  );

test('an install takes back what somebody has edited by hand, and keeps what is not its own', async () => {
  const { signal } = new AbortController();
  await applyRelease(bench.cluster, releaseOf('Hello'), signal);
  const edit = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'users-config', namespace: 'relevo', annotations: { note: 'mine' } },
    data: { GREETING: 'Bye' },
  });
  const somebody = ['--field-manager=somebody', '--force-conflicts'];
  await succeed(bench.kubectl(['apply', '--server-side', ...somebody, '--filename=-'], edit));
  expect(await greeting()).toBe('Bye');
  await applyRelease(bench.cluster, releaseOf('Hello again'), signal);
  expect(await greeting()).toBe('Hello again');
  const note = [
    '--namespace=relevo',
    'get',
    'configmap',
    'users-config',
    '--output=jsonpath={.metadata.annotations.note}',
  ];
  expect(await succeed(bench.kubectl(note))).toBe('mine');
});
