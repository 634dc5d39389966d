import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ControlPlane } from '../../../k8s/local/control-plane/control-plane.ts';
import type { ApiClient } from '../../../operator/runtime/client.ts';
import { SECRET_KEY_NAME } from '../../../operator/api/names.ts';
import { BLUE_GREENS } from '../../../operator/controllers/resources.ts';
import type { Resource } from '../../../operator/runtime/resource.ts';
import { always, eventually } from '../eventually.ts';
import { Scene } from '../scene.ts';
import { adminClient, startTestControlPlane } from '../test-control-plane.ts';
import { auditedRequests } from './audited-requests.ts';
import { Installation } from './installation.ts';
import { allowedOf, everythingPossible } from './neighbours.ts';
import { inWords, unused, type Permission } from './permission.ts';
import { FEATURES, NOT_SHOWN, adoption, orphan } from './work.ts';

const EVENTS: Resource = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', namespaced: true };
const LEASE = { group: 'coordination.k8s.io', resource: 'leases' };

const words = (permissions: readonly Permission[]): string[] => [...new Set(permissions.map(inWords))].toSorted();

/** A control plane of its own: its audit log tells of reads too, and nobody else's operator is in the way. */
const controlPlaneOf = (admissionPlugins: string[] = []) => {
  let controlPlane: ControlPlane | undefined;
  let admin: ApiClient | undefined;
  const stopping = new AbortController();
  beforeAll(async () => {
    controlPlane = await startTestControlPlane(stopping.signal, undefined, { auditReads: true, admissionPlugins });
    admin = adminClient(controlPlane.kubeconfigPath);
  }, 120_000);
  afterAll(async () => {
    admin?.close();
    stopping.abort();
    await controlPlane?.stop();
  });
  return () => {
    if (controlPlane === undefined || admin === undefined) throw new TypeError('Expected a control plane');
    return { environment: controlPlane, admin, signal: stopping.signal };
  };
};

describe('the operator under the permissions that its chart gives it', () => {
  const plane = controlPlaneOf();

  test('does all its work, is never forbidden anything, and needs every permission that it has', async () => {
    const { environment, signal } = plane();
    const values = 'secrets.access=true';
    const installation = await Installation.make({ environment, namespace: 'operator', values, signal });
    const it = await Scene.set(environment);
    try {
      const operator = await installation.startOperator();
      for (const { work } of [...FEATURES, adoption]) await work(it);
      await operator.stop('SIGTERM');
      const granted = [...installation.permissions(it.namespace), ...installation.permissions('operator')];
      const requests = () => auditedRequests(environment.auditLog, installation.user);
      const notShown = Object.values(NOT_SHOWN).flat();
      expect(words(granted)).toEqual(expect.arrayContaining(notShown));
      // Watches and the last events are told of a moment after the end.
      await eventually(
        'every permission to have been used',
        async () => unused(granted, await requests()).filter((one) => !notShown.includes(one)),
        (left) => left.length === 0,
        10_000,
      );
      const made = await requests();
      expect(words(made.filter(({ isForbidden }) => isForbidden))).toEqual([]);
      expect(made.filter(({ resource }) => resource === '')).toEqual([]);
      // And a permission too many would have been found.
      const more = { verb: 'delete', group: 'apps', resource: 'deployments' };
      expect(unused([more], made)).toEqual(['delete deployments.apps']);
    } finally {
      await it.strike();
      await installation.remove();
    }
  }, 300_000);

  test.each(['secrets.access=false', 'secrets.access=true'])(
    'with %s may do what the chart says and nothing else that the API server knows',
    async (values) => {
      const { environment, admin, signal } = plane();
      const namespace = `asking-${values.includes('true')}`;
      const installation = await Installation.make({ environment, namespace, values, signal });
      const possible = await everythingPossible(admin, signal);
      expect(possible.length).toBeGreaterThan(400);
      const { client } = installation;
      for (const where of ['default', namespace]) {
        const granted = installation.permissions(where).filter(({ name }) => name === undefined);
        expect((await allowedOf(client, possible, where, signal)).toSorted()).toEqual(words(granted));
      }
      const lease = { ...LEASE, verb: 'update' };
      const leases = [
        { ...lease, name: 'relevo-operator' },
        { ...lease, name: 'another' },
      ];
      expect(await allowedOf(client, leases, namespace, signal)).toEqual([
        'update leases.coordination.k8s.io named relevo-operator',
      ]);
      await installation.remove();
    },
  );
});

describe('the operator with watchNamespaces, where owning an object takes a permission too', () => {
  const plane = controlPlaneOf(['OwnerReferencesPermissionEnforcement']);

  test('works in these namespaces, and may do nothing at all in others', async () => {
    const { environment, admin, signal } = plane();
    const it = await Scene.set(environment);
    const other = await Scene.set(environment);
    const values = `secrets.access=true,watchNamespaces={${it.namespace}}`;
    const installation = await Installation.make({ environment, namespace: 'operator', values, signal });
    try {
      expect(installation.permissions()).toEqual([]);
      expect(installation.namespaces.toSorted()).toEqual(['operator', it.namespace].toSorted());
      const operator = await installation.startOperator();
      await other.apply({});
      for (const { work } of FEATURES) await work(it);
      await always(
        'a BlueGreen elsewhere to be left alone',
        () => other.objects.get<{ status?: { step?: object } }>(BLUE_GREENS, 'web'),
        ({ status }) => status?.step === undefined,
        500,
      );
      await operator.stop('SIGTERM');
      const made = await auditedRequests(environment.auditLog, installation.user);
      expect(words(made.filter(({ isForbidden }) => isForbidden))).toEqual([]);
      expect(new Set(made.map(({ namespace }) => namespace))).toEqual(new Set(['operator', it.namespace]));

      const possible = await everythingPossible(admin, signal);
      const { client } = installation;
      expect(await allowedOf(client, possible, other.namespace, signal)).toEqual([]);
      expect(await allowedOf(client, possible, undefined, signal)).toEqual([]);
      for (const where of [it.namespace, 'operator']) {
        const granted = installation.permissions(where).filter(({ name }) => name === undefined);
        expect((await allowedOf(client, possible, where, signal)).toSorted()).toEqual(words(granted));
      }
      const get = { verb: 'get', group: '', resource: 'secrets' };
      const secrets = [
        { ...get, name: SECRET_KEY_NAME },
        { ...get, name: 'another' },
      ];
      expect(await allowedOf(client, secrets, 'operator', signal)).toEqual([`get secrets named ${SECRET_KEY_NAME}`]);

      // The one thing that cannot be done with this plugin, because the operator may delete no Deployment, is told.
      await installation.startOperator();
      await orphan(it);
      await it.apply({});
      await eventually(
        'an event',
        () => it.objects.list<{ reason: string; note: string }>(EVENTS),
        (events) => events.some(({ reason, note }) => reason === 'AdoptionRefused' && note.includes('Deployment web-')),
      );
    } finally {
      await it.strike();
      await other.strike();
      await installation.remove();
    }
  }, 300_000);
});
