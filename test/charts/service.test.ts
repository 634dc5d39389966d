import type { V1NetworkPolicyPeer, V1PodTemplateSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { LABEL_BLUEGREEN } from '../../operator/api/names.ts';
import { chassisSettings } from '../../services/chassis/settings.ts';
import { refuse, succeed } from './program.ts';
import { CHARTS, openClusterWorkbench, type ClusterWorkbench } from './workbench.ts';

jest.setTimeout(120_000);

const NAMESPACE = 'shop';

let bench: ClusterWorkbench;

beforeAll(async () => {
  bench = await openClusterWorkbench();
  await bench.restrictedNamespace(NAMESPACE);
});

afterAll(async () => bench.stop());

const container = (template: V1PodTemplateSpec) => {
  const [first] = template.spec?.containers ?? [];
  if (first === undefined) throw new TypeError('Expected a container, found none');
  return first;
};

/** The key of a setting, from the name of its environment variable. */
const keyOf = (variable: string): string =>
  variable.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

const helm = async (verb: string, release: string, ...more: string[]): Promise<string> => {
  const image = ['--set', 'image.repository=registry.example.com/app', '--set', 'image.tag=v1'];
  return succeed(bench.helm([verb, release, CHARTS.service, '--namespace', NAMESPACE, ...image, ...more]));
};

/** Asks the API server, without effect, for a pod of that template, as the controller of a Deployment would. */
const createPod = async (name: string, { metadata, spec }: V1PodTemplateSpec) => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { labels: metadata?.labels, name }, spec };
  const args = ['create', '--namespace', NAMESPACE, '--dry-run=server', '--filename', '-'];
  return bench.kubectl(args, JSON.stringify(pod));
};

describe('rendered', () => {
  test('a BlueGreen with two Services that have no selector', async () => {
    const rendered = await bench.render('service');
    const services = rendered.list('Service');
    expect(services.map(({ metadata }) => metadata?.name)).toEqual(['users', 'users-preview']);
    for (const { spec } of services) {
      expect(spec).not.toHaveProperty('selector');
      expect(spec?.ports).toMatchObject([{ name: 'http', port: 80, targetPort: 'http' }]);
    }
    expect(rendered.one('BlueGreen').spec).toMatchObject({
      replicas: 2,
      services: { active: 'users', preview: 'users-preview' },
      switch: { retireAfterSeconds: 30 },
    });
    expect(rendered.list('Deployment')).toEqual([]);
  });

  test('without a preview, the BlueGreen names none', async () => {
    const rendered = await bench.render('service', ['--set', 'service.preview.enabled=false']);
    expect(rendered.one('Service').metadata?.name).toBe('users');
    expect(rendered.one('BlueGreen').spec.services).toEqual({ active: 'users' });
  });

  test('a plain Deployment, with a Service that selects its pods, rolls when its config changes', async () => {
    const kind = ['--set', 'kind=Deployment'];
    const one = await bench.render('service', [...kind, '--set', 'config.A=1']);
    const two = await bench.render('service', [...kind, '--set', 'config.A=2']);
    const labels = one.one('Deployment').spec?.template.metadata?.labels;
    expect(one.one('Service').spec?.selector).toEqual(labels);
    expect(one.one('Deployment').spec?.selector.matchLabels).toEqual(labels);
    expect(one.list('BlueGreen')).toEqual([]);
    expect(two.one('Deployment').spec?.template).not.toEqual(one.one('Deployment').spec?.template);
  });

  test('a change of config shows in the template, so that helm --wait does not find the BlueGreen unchanged', async () => {
    const one = await bench.render('service', ['--set', 'config.A=1']);
    const two = await bench.render('service', ['--set', 'config.A=2']);
    const again = await bench.render('service', ['--set', 'config.A=1']);
    expect(again.one('BlueGreen')).toEqual(one.one('BlueGreen'));
    expect(two.one('BlueGreen').spec.template.spec).toEqual(one.one('BlueGreen').spec.template.spec);
    expect(two.one('BlueGreen').spec.template.metadata).not.toEqual(one.one('BlueGreen').spec.template.metadata);
    expect([one, two].map((rendered) => rendered.one('ConfigMap').data)).toEqual([{ A: '1' }, { A: '2' }]);
    const { template } = one.one('BlueGreen').spec;
    expect(container(template).envFrom).toEqual([{ configMapRef: { name: 'users-config' } }]);
  });

  test('nothing on the pods names a version of the chart: a new chart makes no release by itself', async () => {
    const { metadata } = (await bench.render('service')).one('BlueGreen').spec.template;
    expect(metadata).toEqual({
      labels: { 'app.kubernetes.io/name': 'users', 'app.kubernetes.io/instance': 'users' },
    });
  });

  test('values become text as they were written', async () => {
    const values = { A: 1_000_000, B: 1.5, C: true, D: 'x: "y"\nz', E: '010' };
    const args = ['--set-json', `config=${JSON.stringify(values)}`, '--set-json', 'env={"N":123456789}'];
    const rendered = await bench.render('service', args);
    expect(rendered.one('ConfigMap').data).toEqual({ A: '1000000', B: '1.5', C: 'true', D: 'x: "y"\nz', E: '010' });
    const { env } = container(rendered.one('BlueGreen').spec.template);
    expect(env).toContainEqual({ name: 'N', value: '123456789' });
  });

  test('with an autoscaler the number of pods is its own', async () => {
    const rendered = await bench.render('service', ['--set', 'autoscaling.enabled=true']);
    expect(rendered.one('BlueGreen').spec).not.toHaveProperty('replicas');
    expect(rendered.one('HorizontalPodAutoscaler').spec).toMatchObject({
      scaleTargetRef: { apiVersion: 'relevo.dev/v1beta1', kind: 'BlueGreen', name: 'users' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 75 } } }],
    });
  });

  test('the grace period is the sum of the drain numbers, and the service hears of them', async () => {
    const drain = { lameDuckSeconds: 7, timeoutSeconds: 40, marginSeconds: 3 };
    const { template } = (await bench.render('service', ['--set-json', `drain=${JSON.stringify(drain)}`])).one(
      'BlueGreen',
    ).spec;
    expect(template.spec?.terminationGracePeriodSeconds).toBe(50);
    const { env } = container(template);
    expect(env).toContainEqual({ name: 'LAME_DUCK_SECONDS', value: '7' });
    expect(env).toContainEqual({ name: 'DRAIN_TIMEOUT_SECONDS', value: '40' });
  });

  test('every variable that the chart sets is a setting of the chassis', async () => {
    const { env = [] } = container((await bench.render('service')).one('BlueGreen').spec.template);
    const config = Object.fromEntries(env.map(({ name, value }) => [keyOf(name), Number(value)]));
    expect(Object.keys(chassisSettings.shape)).toEqual(expect.arrayContaining(Object.keys(config)));
    expect(chassisSettings.parse(config)).toMatchObject({ port: 8080, managementPort: 9090, lameDuckSeconds: 5 });
  });

  test('what nobody asked for is not there: no paused, no decision, nothing that needs other definitions', async () => {
    const rendered = await bench.render('service');
    expect(rendered.one('BlueGreen').spec).not.toHaveProperty('paused');
    expect(rendered.one('BlueGreen').spec).not.toHaveProperty('decision');
    expect([...new Set(rendered.all.map(({ kind }) => kind))].toSorted()).toEqual([
      'BlueGreen',
      'NetworkPolicy',
      'Pod',
      'PodDisruptionBudget',
      'Service',
      'ServiceAccount',
    ]);
  });

  test('a monitor of the active Service, which scrapes the management port of its pods', async () => {
    const rendered = await bench.render('service', ['--set', 'serviceMonitor.enabled=true']);
    const { spec } = rendered.one('ServiceMonitor');
    const [active, preview] = rendered.list('Service').map(({ metadata }) => metadata?.labels);
    const { matchLabels } = spec.selector;
    expect(active).toMatchObject(matchLabels ?? {});
    expect(preview).not.toMatchObject(matchLabels ?? {});
    expect(spec.endpoints).toMatchObject([{ targetPort: 'management' }]);
  });

  test('four burn-rate alerts', async () => {
    const rendered = await bench.render('service', ['--set', 'prometheusRule.enabled=true']);
    const rules = rendered.one('PrometheusRule').spec.groups.flatMap((group) => group.rules);
    expect(rules.map(({ expr }) => expr.match(/\[\w+\]|> \S+ /g)?.join(''))).toEqual([
      '[1h][1h]> 14.4 [5m][5m]> 14.4 ',
      '[6h][6h]> 6 [30m][30m]> 6 ',
      '[1d][1d]> 3 [2h][2h]> 3 ',
      '[3d][3d]> 1 [6h][6h]> 1 ',
    ]);
  });

  test('a route of the Gateway API to the active Service', async () => {
    const route = { enabled: true, parentRefs: [{ name: 'public' }], hostnames: ['users.example.com'] };
    const rendered = await bench.render('service', ['--set-json', `httpRoute=${JSON.stringify(route)}`]);
    expect(rendered.one('HTTPRoute').spec).toEqual({
      parentRefs: [{ name: 'public' }],
      hostnames: ['users.example.com'],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'users', port: 80 }] }],
    });
  });
});

describe('on an API server, in a namespace with the restricted Pod Security standard', () => {
  test('everything built in installs, and every pod of it is let in', async () => {
    const ingress = '{"enabled":true,"hosts":["users.example.com"],"tlsSecretName":"users-tls"}';
    const more = ['--set', 'autoscaling.enabled=true', '--set-json', `ingress=${ingress}`, '--set', 'config.A=b'];
    await helm('install', 'users', ...more);
    const kinds = 'bluegreen,service,configmap,hpa,pdb,networkpolicy,ingress,serviceaccount';
    const selector = 'app.kubernetes.io/instance=users';
    const args = ['get', kinds, '--namespace', NAMESPACE, '--selector', selector, '--output', 'name'];
    expect((await succeed(bench.kubectl(args))).trim().split('\n').toSorted()).toEqual([
      'bluegreen.relevo.dev/users',
      'configmap/users-config',
      'horizontalpodautoscaler.autoscaling/users',
      'ingress.networking.k8s.io/users',
      'networkpolicy.networking.k8s.io/users',
      'poddisruptionbudget.policy/users',
      'service/users',
      'service/users-preview',
      'serviceaccount/users',
    ]);

    const rendered = await bench.render('service', more);
    expect(await succeed(createPod('slot', rendered.one('BlueGreen').spec.template))).toContain('pod/slot created');
    expect(await succeed(createPod('test', rendered.one('Pod')))).toContain('pod/test created');
  });

  test('a plain Deployment installs, and its pods are let in', async () => {
    await helm('install', 'plain', '--set', 'kind=Deployment');
    const rendered = await bench.render('service', ['--set', 'kind=Deployment', '--set', 'name=plain']);
    const template = rendered.one('Deployment').spec?.template ?? {};
    expect(await succeed(createPod('plain', template))).toContain('pod/plain created');
  });

  test('the namespace does refuse a pod that is not restricted', async () => {
    const rendered = await bench.render('service', [
      '--set',
      'name=plain,securityContext.allowPrivilegeEscalation=true',
    ]);
    const said = await refuse(createPod('loose', rendered.one('BlueGreen').spec.template));
    expect(said).toContain('violates PodSecurity "restricted');
  });

  test('turning the autoscaler on keeps the number of pods, and from its first word on it is its own', async () => {
    const replicas = async (): Promise<string> =>
      succeed(bench.kubectl(['get', 'bg', 'grown', '-n', NAMESPACE, '-o', 'jsonpath={.spec.replicas}']));
    const autoscaled = ['--set', 'autoscaling.enabled=true,autoscaling.minReplicas=3'];
    await helm('install', 'grown', '--set', 'replicas=4');
    await helm('upgrade', 'grown', ...autoscaled);
    expect(await replicas()).toBe('4');
    await helm('upgrade', 'grown', ...autoscaled, '--set', 'config.A=b');
    expect(await replicas()).toBe('4');
    await succeed(bench.kubectl(['scale', 'bg/grown', '-n', NAMESPACE, '--replicas=7']));
    await helm('upgrade', 'grown', ...autoscaled, '--set', 'config.A=c');
    expect(await replicas()).toBe('7');
    expect(await succeed(bench.helm(['get', 'manifest', 'grown', '-n', NAMESPACE]))).not.toContain('  replicas:');
  });

  test('the strict field check of the API server finds nothing', async () => {
    const values = ['--set', 'image.repository=a', '--set', 'config.A=b', '--set', 'autoscaling.enabled=true'];
    const text = await succeed(
      bench.helm(['template', 'strict', CHARTS.service, '--skip-tests', '--namespace', NAMESPACE, ...values]),
    );
    const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '--namespace', NAMESPACE];
    const answer = await succeed(bench.kubectl([...args, '--filename', '-'], text));
    expect(answer.trim().split('\n')).toHaveLength(8);
  });

  test('what becomes of Secrets is passed on, and Follow unless said', async () => {
    await helm('install', 'followed');
    await helm('install', 'pinned', '--set', 'blueGreen.config.secrets=Pin');
    const get = ['get', 'bg', 'followed', 'pinned', '--namespace', NAMESPACE];
    const said = await succeed(bench.kubectl([...get, '--output', 'jsonpath={.items[*].spec.config.secrets}']));
    expect(said).toBe('Follow Pin');
  });

  test('the notes name commands of this release', async () => {
    const notes = await helm('install', 'noted');
    expect(notes).toContain(`kubectl --namespace ${NAMESPACE} wait --for=condition=Ready bluegreen/noted`);
    expect(notes).toContain(`kubectl --namespace ${NAMESPACE} port-forward service/noted 8080:80`);
    expect(notes).toContain('"Rollback');
  });
});

test('the disruption budget and the network policy cover the pods of both slots', async () => {
  const rendered = await bench.render('service');
  const labels = { ...rendered.one('BlueGreen').spec.template.metadata?.labels, [LABEL_BLUEGREEN]: 'users' };
  const budget = rendered.one('PodDisruptionBudget').spec?.selector?.matchLabels ?? {};
  const policy = rendered.one('NetworkPolicy').spec;
  expect(labels).toMatchObject(budget);
  expect(labels).toMatchObject(policy?.podSelector?.matchLabels ?? {});
  expect(policy?.policyTypes).toEqual(['Ingress', 'Egress']);
});

test('checks become those of the BlueGreen, and the operator is let in where it asks pods, from nowhere else', async () => {
  const http = { name: 'answers', http: { path: '/api/users', expect: { statuses: ['200'] } } };
  const prometheus = {
    name: 'errors',
    prometheus: {
      address: 'http://prometheus:9090',
      query: 'errors{pod=~"$(name)-$(slot)-.+"}',
      condition: 'value < 1',
    },
  };
  const operators = async (before: object[], after: object[]) => {
    const checks = { before, after: { windowSeconds: 30, checks: after } };
    const rendered = await bench.render('service', ['--set-json', `blueGreen.checks=${JSON.stringify(checks)}`]);
    expect(rendered.one('BlueGreen').spec.checks).toEqual(checks);
    // The library calls the field `_from`.
    const ingress: { from?: V1NetworkPolicyPeer[]; ports?: unknown[] }[] =
      rendered.one('NetworkPolicy').spec?.ingress ?? [];
    return ingress.flatMap(({ from = [], ports }) =>
      from
        .filter(({ podSelector }) => podSelector?.matchLabels?.['app.kubernetes.io/name'] === 'relevo-operator')
        .map(() => ports),
    );
  };
  expect(await operators([], [])).toEqual([]);
  expect(await operators([prometheus], [])).toEqual([]);
  expect(await operators([prometheus, http], [])).toEqual([undefined]);
  expect(await operators([], [http])).toEqual([undefined]);
  const operator = (await bench.render('operator')).one('Deployment');
  expect(operator.spec?.template.metadata?.labels).toMatchObject({ 'app.kubernetes.io/name': 'relevo-operator' });
});
