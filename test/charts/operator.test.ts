import type { V1PodSpec, V1PolicyRule } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { configRolloutDefinition } from '../../operator/api/rollout-schema.ts';
import { SECRET_KEY_NAME } from '../../operator/api/names.ts';
import { blueGreenDefinition } from '../../operator/api/schema.ts';
import type { Manifests } from './manifests.ts';
import { refuse, succeed } from './program.ts';
import { CHARTS, openClusterWorkbench, type ClusterWorkbench } from './workbench.ts';

jest.setTimeout(120_000);

const NAMESPACE = 'relevo';

let bench: ClusterWorkbench;

beforeAll(async () => {
  bench = await openClusterWorkbench();
  await bench.restrictedNamespace(NAMESPACE);
});

afterAll(async () => bench.stop());

const verbsOf = (rules: V1PolicyRule[] | undefined, resource: string): string[] =>
  (rules ?? []).filter(({ resources }) => resources?.includes(resource)).flatMap(({ verbs }) => verbs);

/** The rules of the operator's own ClusterRole. */
const rulesIn = (manifests: Manifests): V1PolicyRule[] =>
  manifests.list('ClusterRole').find(({ metadata }) => metadata?.name === 'users')?.rules ?? [];

/** What the operator is told on its command line. */
const argsOf = (manifests: Manifests): string[] =>
  manifests.one('Deployment').spec?.template.spec?.containers[0]?.args ?? [];

const image = ['--set', 'image.repository=registry.example.com/operator'];

/** Whether somebody may do that: yes or no. */
const can = async (who: string, namespace: string, verb: string, resource: string, ...more: string[]) =>
  (
    await bench.kubectl(['auth', 'can-i', verb, resource, ...more, '--namespace', namespace, '--as', who])
  ).stdout.trim();

/** The same of several things. */
const canEach = async (who: string, asked: [verb: string, resource: string, ...more: string[]][]) =>
  Promise.all(asked.map(async ([verb, resource, ...more]) => can(who, 'default', verb, resource, ...more)));

/** The variables of OpenTelemetry that the operator gets with these arguments to Helm. */
const tracingOf = async (args: string[]) => {
  const { spec } = (await bench.render('operator', args)).one('Deployment');
  return spec?.template.spec?.containers[0]?.env?.filter(({ name }) => name.startsWith('OTEL_'));
};

describe('rendered', () => {
  test('the definitions are part of the release, and outlive it unless told otherwise', async () => {
    const crds = (await bench.render('operator')).list('CustomResourceDefinition');
    expect(crds.map(({ spec }) => spec)).toEqual([blueGreenDefinition.spec, configRolloutDefinition.spec]);
    for (const { metadata } of crds) expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    const gone = (await bench.render('operator', ['--set', 'crds.keep=false'])).list('CustomResourceDefinition');
    expect(gone.map(({ metadata }) => metadata.annotations)).toEqual([undefined, undefined]);
    const none = await bench.render('operator', ['--set', 'crds.enabled=false']);
    expect(none.list('CustomResourceDefinition')).toEqual([]);
  });

  test('no rule names Secrets, a wildcard or the deletion of a Deployment or a Service', async () => {
    const rendered = await bench.render('operator');
    const rules = [...rendered.list('ClusterRole'), ...rendered.list('Role')].flatMap((role) => role.rules ?? []);
    const words = rules.flatMap(({ apiGroups = [], resources = [], verbs }) => [apiGroups, resources, verbs].flat());
    expect(words).not.toContain('*');
    expect(words).not.toContain('secrets');
    const operator = rendered.list('ClusterRole').find(({ metadata }) => metadata?.name === 'users');
    for (const resource of ['deployments', 'services']) {
      expect(verbsOf(operator?.rules, resource)).toEqual(expect.arrayContaining(['list', 'patch']));
      expect(verbsOf(operator?.rules, resource)).not.toContain('delete');
    }
  });

  test('with secrets.access it reads and copies Secrets, and no more of anything else', async () => {
    const without = await bench.render('operator');
    const rendered = await bench.render('operator', ['--set', 'secrets.access=true']);
    const [more, ...others] = rulesIn(rendered).filter(
      (rule) => !rulesIn(without).some((known) => isDeepStrictEqual(known, rule)),
    );
    expect(others).toEqual([]);
    expect(more).toEqual({
      apiGroups: [''],
      resources: ['secrets'],
      verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
    });
    expect(argsOf(rendered).filter((arg) => !argsOf(without).includes(arg))).toEqual(['--secrets']);
  });

  test('with secrets.access and watchNamespaces the key of their hashes is the one Secret beside it', async () => {
    const rendered = await bench.render('operator', ['--set', 'secrets.access=true,watchNamespaces={a}']);
    expect(rendered.list('ClusterRole')).toEqual([]);
    const secretRules = (namespace: string) =>
      rendered
        .list('Role')
        .filter(({ metadata }) => metadata?.namespace === namespace)
        .flatMap(({ rules }) => rules ?? [])
        .filter(({ resources }) => resources?.includes('secrets') === true);
    expect(secretRules('a')).toHaveLength(1);
    expect(secretRules('shop')).toEqual([
      { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
      { apiGroups: [''], resources: ['secrets'], resourceNames: [SECRET_KEY_NAME], verbs: ['get'] },
    ]);
  });

  test('with watchNamespaces it gets a Role in each, and nothing of its own in the cluster', async () => {
    const rendered = await bench.render('operator', ['--set', 'watchNamespaces={a,b}']);
    expect(rendered.list('ClusterRole')).toEqual([]);
    expect(rendered.list('ClusterRoleBinding')).toEqual([]);
    expect(rendered.list('RoleBinding').map(({ metadata }) => metadata?.namespace)).toEqual(['a', 'b', 'shop']);
    const [container] = rendered.one('Deployment').spec?.template.spec?.containers ?? [];
    expect(container?.args).toContain('--watch-namespaces=a,b');
  });

  test('two replicas, of which one at a time may be evicted', async () => {
    const rendered = await bench.render('operator');
    const { spec } = rendered.one('Deployment');
    expect(spec?.replicas).toBe(2);
    expect(rendered.one('PodDisruptionBudget').spec).toMatchObject({
      maxUnavailable: 1,
      selector: { matchLabels: spec?.selector.matchLabels },
    });
  });

  test('a monitor that finds the Service of the metrics', async () => {
    const rendered = await bench.render('operator', ['--set', 'serviceMonitor.enabled=true']);
    const { spec } = rendered.one('ServiceMonitor');
    expect(rendered.one('Service').metadata?.labels).toMatchObject(spec.selector.matchLabels ?? {});
    expect(spec.endpoints).toMatchObject([{ port: 'management', honorLabels: true }]);
  });

  test('traces are exported to the endpoint that is named, and nowhere without one', async () => {
    expect(await tracingOf([])).toEqual([]);
    const endpoint = 'http://otel-collector.observability:4318';
    expect(await tracingOf(['--set', `tracing.endpoint=${endpoint}`])).toEqual([
      { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: endpoint },
    ]);
  });

  test('it is probed where it says how it is, and logs as much as it is told', async () => {
    const { spec } = (await bench.render('operator', ['--set', 'logLevel=debug'])).one('Deployment');
    const [container] = spec?.template.spec?.containers ?? [];
    expect(container?.livenessProbe?.httpGet).toEqual({ path: '/healthz', port: 'management' });
    expect(container?.readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'management' });
    expect(container?.args).toContain('--log-level=debug');
  });
});

describe('on an API server, in a namespace with the restricted Pod Security standard', () => {
  test('it installs, and its pods are let in', async () => {
    // The definition is there before this release, as after an uninstall that kept it.
    const args = [
      'install',
      'relevo-operator',
      CHARTS.operator,
      '--namespace',
      NAMESPACE,
      '--take-ownership',
      ...image,
    ];
    await succeed(bench.helm(args));
    const create = (spec: V1PodSpec | undefined) =>
      bench.kubectl(
        ['create', '--namespace', NAMESPACE, '--dry-run=server', '--filename', '-'],
        JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'let-in' }, spec }),
      );
    for (const values of ['logLevel=info', 'secrets.access=true,watchNamespaces={a,b}']) {
      const rendered = await bench.render('operator', ['--set', `serviceAccount.name=relevo-operator,${values}`]);
      for (const spec of [rendered.one('Deployment').spec?.template.spec, rendered.one('Pod').spec]) {
        expect(await succeed(create(spec))).toContain('pod/let-in created');
        // Nothing but what the chart says makes the namespace let it in.
        const lax = structuredClone(spec);
        delete lax?.securityContext;
        expect(await refuse(create(lax))).toContain('violates PodSecurity "restricted');
      }
    }
  });

  test('the strict field check of the API server finds nothing', async () => {
    const args = ['template', 'relevo-operator', CHARTS.operator, '--skip-tests', '--namespace', NAMESPACE, ...image];
    const text = await succeed(bench.helm(args));
    const apply = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
    const answer = await succeed(bench.kubectl([...apply, '--namespace', NAMESPACE, '--filename', '-'], text));
    expect(answer).toContain('deployment.apps/relevo-operator serverside-applied');
  });

  test('its account may do its work in every namespace, and reads no Secret', async () => {
    const account = `system:serviceaccount:${NAMESPACE}:relevo-operator`;
    const needed = await canEach(account, [
      ['watch', 'bluegreens.relevo.dev'],
      ['update', 'bluegreens.relevo.dev', '--subresource=status'],
      ['create', 'deployments.apps'],
      ['patch', 'services'],
      ['list', 'endpointslices.discovery.k8s.io'],
      ['delete', 'configmaps'],
      ['create', 'controllerrevisions.apps'],
      ['patch', 'pods'],
      ['create', 'events.events.k8s.io'],
    ]);
    expect(needed).toEqual(needed.map(() => 'yes'));
    const denied = await canEach(account, [
      ['get', 'secrets'],
      ['update', 'bluegreens.relevo.dev'],
      ['delete', 'deployments.apps'],
      ['delete', 'services'],
      ['delete', 'pods'],
      ['create', 'pods'],
      ['update', 'leases.coordination.k8s.io'],
    ]);
    expect(denied).toEqual(denied.map(() => 'no'));
    expect(await can(account, NAMESPACE, 'update', 'leases.coordination.k8s.io/relevo-operator')).toBe('yes');
  });

  test('with watchNamespaces it may work there and nowhere else', async () => {
    for (const name of ['watched', 'unwatched']) await succeed(bench.kubectl(['create', 'namespace', name]));
    const more = ['--set', 'watchNamespaces={watched}', '--set', 'crds.enabled=false'];
    await succeed(bench.helm(['install', 'narrow', CHARTS.operator, '--namespace', 'watched', ...image, ...more]));
    const account = 'system:serviceaccount:watched:narrow';
    expect(await can(account, 'watched', 'patch', 'services')).toBe('yes');
    expect(await can(account, 'unwatched', 'patch', 'services')).toBe('no');
  });

  test('whoever may edit a namespace may edit its BlueGreens', async () => {
    const binding = ['create', 'rolebinding', 'ann', '--clusterrole=edit', '--user=ann', '--namespace=default'];
    await succeed(bench.kubectl(binding));
    const signal = AbortSignal.timeout(30_000);
    while ((await can('ann', 'default', 'patch', 'bluegreens.relevo.dev')) !== 'yes') {
      await sleep(100, undefined, { signal });
    }
    expect(await can('ann', 'default', 'patch', 'bluegreens.relevo.dev', '--subresource=scale')).toBe('yes');
    expect(await can('ann', 'default', 'patch', 'bluegreens.relevo.dev', '--subresource=status')).toBe('no');
  });

  test('an uninstall keeps the definition, and with it every BlueGreen', async () => {
    const said = await succeed(bench.helm(['uninstall', 'relevo-operator', '--namespace', NAMESPACE]));
    expect(said).toContain('[CustomResourceDefinition] bluegreens.relevo.dev');
    expect(await succeed(bench.kubectl(['get', 'crd', '--output', 'name']))).toContain('bluegreens.relevo.dev');
  });
});
