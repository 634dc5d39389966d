import { expect, test } from '@jest/globals';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { LABEL_COPY_OF, LABEL_REVISION, revisionSelector } from '../../operator/api/names.ts';
import {
  BLUE_GREENS,
  CONFIG_MAPS,
  CONTROLLER_REVISIONS,
  DEPLOYMENTS,
  SERVICES,
} from '../../operator/controllers/resources.ts';
import type { Resource } from '../../operator/runtime/resource.ts';
import { always, eventually } from './eventually.ts';
import { isReady, scene, stalled, type Scene } from './scene.ts';

const EVENTS: Resource = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', namespaced: true };

interface EventObject {
  reason: string;
  note: string;
  regarding: { kind: string; name: string };
}

/** Names of all that the operator makes. */
const made = async (it: Scene): Promise<string[]> => {
  const lists = await Promise.all([
    it.objects.list<V1ConfigMap>(DEPLOYMENTS),
    it.objects.list<V1ConfigMap>(CONTROLLER_REVISIONS),
    it.objects.list<V1ConfigMap>(CONFIG_MAPS, LABEL_COPY_OF),
  ]);
  return lists.flat().map(({ metadata }) => metadata?.name ?? '');
};

test(
  'case 23: a Service that is missing is InvalidReference, nothing else happens, and it heals when it appears',
  scene(async (it) => {
    await it.objects.delete(SERVICES, 'web-preview');
    await it.apply({ image: 'ready:v1' });
    const found = await it.until('to be Stalled', (bg) => stalled(bg) !== undefined);
    expect(stalled(found)).toMatchObject({ reason: 'InvalidReference' });
    expect(stalled(found)?.message).toContain('web-preview (spec.services.preview)');
    expect(await made(it)).toEqual([]);
    expect(await it.selector('web')).toBeUndefined();
    await it.makeService('web-preview');
    await it.serving('ready:v1');
  }),
);

test(
  'case 23: a Service that goes missing later leaves what serves as it is',
  scene(async (it) => {
    await it.release({ image: 'ready:v1' });
    const before = { made: await made(it), blue: await it.deployment('blue') };
    await it.objects.delete(SERVICES, 'web-preview');
    await it.apply({ image: 'ready:v2' });
    const found = await it.until('to be Stalled', (bg) => stalled(bg) !== undefined);
    expect(stalled(found)?.reason).toBe('InvalidReference');
    expect(await made(it)).toEqual(before.made);
    expect(await it.deployment('blue')).toEqual(before.blue);
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    await it.makeService('web-preview');
    await it.serving('ready:v2');
  }),
);

test(
  'case 25: a template that the API server would refuse is told in status before anything changes',
  scene(async (it) => {
    await it.release({ image: 'ready:v1' });
    const before = { made: await made(it), blue: await it.deployment('blue') };
    await it.apply({ image: 'ready:v2', container: { volumeMounts: [{ name: 'nowhere', mountPath: '/x' }] } });
    const found = await it.until('to be Stalled', (bg) => stalled(bg) !== undefined);
    expect(stalled(found)?.reason).toBe('InvalidTemplate');
    expect(stalled(found)?.message).toContain('volumeMounts');
    expect(stalled(found)?.message).toContain('nowhere');
    expect(await made(it)).toEqual(before.made);
    expect(await it.deployment('blue')).toEqual(before.blue);
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    await it.release({ image: 'ready:v3' });
  }),
);

test(
  'case 26: an edited selector is put back, with an event that says who and what',
  scene(async (it) => {
    const { status } = await it.release({ image: 'ready:v1' });
    const selector = { app: 'mine', [LABEL_REVISION]: 'web-0000000000' };
    await it.objects.patch(SERVICES, 'web', { spec: { selector } }, 'kubectl-edit');
    await eventually(
      'the selector to be put back',
      () => it.selector('web'),
      (found) => JSON.stringify(found) === JSON.stringify(revisionSelector('web', status.active ?? '')),
    );
    const events = await eventually(
      'an event',
      () => it.objects.list<EventObject>(EVENTS),
      (all) => all.some(({ reason }) => reason === 'SelectorPutBack'),
    );
    const event = events.find(({ reason }) => reason === 'SelectorPutBack');
    expect(event?.note).toContain('kubectl-edit');
    expect(event?.note).toContain('app=mine');
    expect(event?.regarding).toMatchObject({ kind: 'BlueGreen', name: 'web' });
    const after = await it.serving('ready:v1');
    expect(after.status.history).toHaveLength(1);
  }),
);

test(
  'case 26: a selector that was removed is put back too',
  scene(async (it) => {
    const { status } = await it.release({ image: 'ready:v1' });
    await it.objects.patch(SERVICES, 'web', { spec: { selector: null } });
    await eventually(
      'the selector to be put back',
      () => it.selector('web'),
      (found) => found?.[LABEL_REVISION] === status.active,
    );
    const after = await it.serving('ready:v1');
    expect(after.status.history).toHaveLength(1);
  }),
);

test(
  'case 28: labels and annotations of the object alone are no release',
  scene(async (it) => {
    await it.release({ image: 'ready:v1' });
    const before = { made: await made(it), status: (await it.blueGreen()).status };
    await it.objects.patch(BLUE_GREENS, 'web', { metadata: { labels: { team: 'a' }, annotations: { note: 'b' } } });
    await always(
      'nothing to change',
      async () => ({ made: await made(it), status: (await it.blueGreen()).status }),
      (now) => JSON.stringify(now) === JSON.stringify(before),
      1500,
    );
    // The operator still works: it was not deaf, there was nothing to do.
    const after = await it.release({ image: 'ready:v2' });
    expect(after.status.history).toHaveLength(2);
  }),
);

test(
  'a Deployment that somebody deleted is brought back from the recorded release',
  scene(async (it) => {
    const before = await it.release({ image: 'ready:v1' });
    const old = await it.deployment('blue');
    await it.objects.delete(DEPLOYMENTS, 'web-blue');
    await eventually(
      'another Deployment',
      () => it.deployment('blue'),
      (found) => found !== undefined && found.metadata?.uid !== old?.metadata?.uid,
    );
    const after = await it.until('to serve again', (bg) => isReady(bg) && bg.status.slots.blue?.ready === 2);
    expect(after.status.active).toBe(before.status.active);
    await it.serving('ready:v1');
  }),
);
