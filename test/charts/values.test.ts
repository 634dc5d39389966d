import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { refuse } from './program.ts';
import { CHARTS, openWorkbench, type Workbench } from './workbench.ts';

jest.setTimeout(120_000);

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
});

afterAll(async () => bench.stop());

/** What Helm says to values that it must refuse. */
const refusal = async (chart: keyof typeof CHARTS, values: object, release = 'users'): Promise<string> =>
  refuse(bench.helm(['template', release, CHARTS[chart], '--values', '-'], JSON.stringify(values)));

const image = { repository: 'registry.example.com/app' };

describe('the operator chart refuses', () => {
  test.each<[string, object, string[]]>([
    ['no image', { image: {} }, ['image.repository is missing', '--set image.repository=']],
    ['a value that does not exist', { image, replicaCount: 2 }, ["additional properties 'replicaCount' not allowed"]],
    ['a nested value that does not exist', { image: { ...image, name: 'a' } }, ["/image'", "'name' not allowed"]],
    ['a number as text', { image, replicas: '2' }, ["at '/replicas': got string, want integer"]],
    ['a log level that does not exist', { image, logLevel: 'verbose' }, ["'debug', 'info', 'warn', 'error', 'silent'"]],
    ['namespaces as one text', { image, watchNamespaces: 'a,b' }, ["at '/watchNamespaces': got string, want array"]],
    ['a namespace that cannot be', { image, watchNamespaces: ['A b'] }, ["at '/watchNamespaces/0'"]],
    ['an interval without a unit', { image, serviceMonitor: { interval: '30' } }, ["at '/serviceMonitor/interval'"]],
    [
      'a tag that YAML takes for a number',
      { image: { ...image, tag: 1.1 } },
      ["at '/image/tag': got number, want string"],
    ],
    [
      'no account at all',
      { image, serviceAccount: { create: false } },
      ['serviceAccount.name is missing', 'write the name'],
    ],
  ])('%s', async (_what, values, messages) => {
    const said = await refusal('operator', values);
    for (const message of messages) expect(said).toContain(message);
  });
});

describe('the service chart refuses', () => {
  const autoscaling = { enabled: true };
  test.each<[string, object, string[]]>([
    ['no image', {}, ['image.repository is missing', '--set image.repository=']],
    ['a value that does not exist', { image, replicaCount: 2 }, ["additional properties 'replicaCount' not allowed"]],
    ['another kind', { image, kind: 'StatefulSet' }, ["at '/kind': value must be one of 'BlueGreen', 'Deployment'"]],
    ['a number as text', { image, replicas: 'two' }, ["at '/replicas': got string, want integer"]],
    ['seconds with a unit', { image, drain: { timeoutSeconds: '20s' } }, ['/drain/timeoutSeconds', 'want integer']],
    [
      'seconds with a unit in the BlueGreen',
      { image, blueGreen: { switch: { retireAfterSeconds: '30s' } } },
      ['/blueGreen/switch/retireAfterSeconds', 'got string, want integer'],
    ],
    [
      'a field of the BlueGreen that does not exist',
      { image, blueGreen: { retireAfterSeconds: 30 } },
      ["at '/blueGreen'", "'retireAfterSeconds' not allowed"],
    ],
    ['a privileged port', { image, ports: { http: 80 } }, ["at '/ports/http'", 'want 1,024']],
    ['one port for both', { image, ports: { http: 9090 } }, ['are both 9090', 'write two different ports']],
    ['a list of variables', { image, env: [{ name: 'A', value: 'b' }] }, ["at '/env': got array, want object"]],
    ['a variable that no shell could name', { image, config: { 'log-level': 'debug' } }, ["'log-level'"]],
    ['an object as config', { image, config: { A: { b: 1 } } }, ["at '/config/A'"]],
    ['a variable in two places', { image, env: { A: '1' }, config: { A: '2' } }, ['A is both in env and in config']],
    ['a port by its variable', { image, env: { PORT: 80 } }, ['PORT is set by the chart', 'write ports.http instead']],
    [
      'a drain time by its variable',
      { image, config: { LAME_DUCK_SECONDS: 1 } },
      ['LAME_DUCK_SECONDS is set by the chart', 'write drain.lameDuckSeconds instead'],
    ],
    ['a name that is too long', { image, name: 'a'.repeat(41) }, ['has 41 characters', 'at most 40']],
    ['a name that cannot be', { image, name: 'Users' }, ['"Users" is not possible', 'lower-case letters']],
    [
      'an autoscaler upside down',
      { image, autoscaling: { ...autoscaling, minReplicas: 5, maxReplicas: 2 } },
      ['autoscaling.minReplicas (5) is above autoscaling.maxReplicas (2)'],
    ],
    [
      'an autoscaler that looks at nothing',
      { image, autoscaling: { ...autoscaling, cpuPercent: 0 } },
      ['autoscaling has nothing to look at'],
    ],
    ['a route without a gateway', { image, httpRoute: { enabled: true } }, ['httpRoute.parentRefs is missing']],
    ['an ingress without a host', { image, ingress: { enabled: true } }, ['ingress.hosts is missing']],
    ['a path without a slash', { image, test: { path: 'api' } }, ["at '/test/path'"]],
    ['an objective of 100 per cent', { image, prometheusRule: { objective: 100 } }, ["at '/prometheusRule/objective'"]],
    ['a probe without a path', { image, probes: { live: { path: null } } }, ["at '/probes/live'", "'path'"]],
    [
      'no account at all',
      { image, serviceAccount: { create: false } },
      ['serviceAccount.name is missing', 'write the name'],
    ],
  ])('%s', async (_what, values, messages) => {
    const said = await refusal('service', values);
    for (const message of messages) expect(said).toContain(message);
  });

  test('a release name that is too long for a BlueGreen', async () => {
    const said = await refusal('service', { image }, 'a'.repeat(41));
    expect(said).toContain('write a shorter one into name');
  });
});
