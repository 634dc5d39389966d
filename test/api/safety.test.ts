import { expect, test } from '@jest/globals';
import type { Resource } from '../../operator/runtime/resource.ts';
import { always, eventually } from './eventually.ts';
import { scene, stalled, type Scene } from './scene.ts';

const EVENTS: Resource = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', namespaced: true };

/** Every pod of a revision becomes ready, or ceases to be. */
const setReady = async (it: Scene, revision: string | undefined, ready: boolean): Promise<void> => {
  for (const pod of await it.podsOf(revision ?? '')) await it.kubelet.setState(pod, { kind: 'running', ready });
};

test(
  'a revision that loses every pod after the switch is left at once for the old slot that is still whole',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const second = await it.release({ image: 'ready:v2' });
    await setReady(it, second.status.active, false);
    const { status } = await it.until('to be taken back', (bg) => bg.status.active === first.status.active);
    expect(status.rejected).toBe(second.status.active);
    expect(it.selections.of('web')).toEqual([first.status.active, second.status.active, first.status.active]);
    await eventually(
      'the old release behind Service web',
      () => it.behind('web'),
      (images) => images.size === 1 && images.has('ready:v1'),
    );
  }),
);

test(
  'where neither slot is whole nothing is moved, status and one event say so, and it goes on when one is whole',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const second = await it.release({ image: 'ready:v2' });
    const [old] = await it.podsOf(first.status.active ?? '');
    if (old === undefined) throw new TypeError('Expected a pod of the old release');
    await it.kubelet.setState(old, { kind: 'running', ready: false });
    await it.until('to see that', (bg) => bg.status.slots.blue?.ready === 1);
    await setReady(it, second.status.active, false);
    const nothing = await it.until('to say so', (bg) => stalled(bg)?.reason === 'NothingWhole');
    expect(nothing.status.step.waitingFor).toContain('slot blue is not whole either');
    await always(
      'nothing to be moved',
      async () => it.selections.of('web'),
      (selected) => selected.length === 2,
      1500,
    );
    const events = await it.objects.list<{ reason: string }>(EVENTS);
    expect(events.filter(({ reason }) => reason === 'NothingWhole')).toHaveLength(1);
    await it.kubelet.setState(old, { kind: 'running', ready: true });
    await it.until('to be taken back', (bg) => bg.status.active === first.status.active && stalled(bg) === undefined);
    expect(it.selections.of('web')).toHaveLength(3);
  }),
);
