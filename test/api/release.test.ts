import { expect, test } from '@jest/globals';
import type { V1Pod, V1Service } from '@kubernetes/client-node';
import { findCondition } from '../../operator/api/conditions.ts';
import { revisionSelector } from '../../operator/api/names.ts';
import { BLUE_GREENS, SERVICES } from '../../operator/controllers/resources.ts';
import { always, eventually } from './eventually.ts';
import { isReady, scene, type Scene } from './scene.ts';

const uids = async (it: Scene, revision: string | undefined): Promise<string[]> =>
  (await it.podsOf(revision ?? '')).map((pod) => pod.metadata?.uid ?? '').toSorted();

const activeService = (it: Scene): Promise<V1Service> => it.objects.get<V1Service>(SERVICES, 'web');

test(
  'case 2: a new template fills the idle slot behind the preview Service, and the active Service is untouched',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const before = { service: await activeService(it), blue: await it.deployment('blue') };
    await it.apply({ image: 'ready:v2', soakSeconds: 600 });
    const { status } = await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    expect(status.active).toBe(first.status.active);
    expect(status.target).not.toBe(status.active);
    expect(await it.selector('web-preview')).toEqual(revisionSelector('web', status.target ?? ''));
    // The EndpointSlices follow the Service a moment later, and nothing waits for those of the preview.
    const previewed = await eventually(
      'two pods behind the preview',
      () => it.podsBehind('web-preview'),
      ({ length }) => length === 2,
    );
    expect(new Set(previewed.map((pod) => pod.spec?.containers[0]?.image))).toEqual(new Set(['ready:v2']));
    expect(await activeService(it)).toEqual(before.service);
    expect((await it.deployment('blue'))?.spec).toEqual(before.blue?.spec);
  }),
);

test.each([
  ['crash:v2', 'CrashLoopBackOff'],
  ['no-image:v2', 'ImagePullBackOff'],
])('case 3: a target that cannot get ready (%s) is never switched to, and the reason is told', (image, reason) =>
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    await it.apply({ image });
    const { status } = await it.until('to tell why', (bg) => bg.status.step.waitingFor?.includes(reason) === true);
    expect(status.step.name).toBe('Filling');
    expect(status.active).toBe(first.status.active);
    expect(it.selections.of('web')).toEqual([first.status.active]);
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
  })(),
);

test(
  'case 3: a target of which one pod is missing is not switched to, however long',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1', replicas: 2 });
    await it.apply({ image: 'never-ready:v2', replicas: 2 });
    const { status } = await it.until('to fill', (bg) => bg.status.slots.green?.replicas === 2);
    const [one] = await startedPods(it, status.target, 2);
    if (one !== undefined) await it.kubelet.setState(one, { kind: 'running', ready: true });
    await it.until('to count one ready pod', (bg) => bg.status.slots.green?.ready === 1);
    await always(
      'the active Service to stay',
      async () => it.selections.of('web'),
      (selected) => selected.length === 1,
      1500,
    );
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    expect((await it.blueGreen()).status?.active).toBe(first.status.active);
  }),
);

const startedPods = (it: Scene, revision: string | undefined, count: number): Promise<V1Pod[]> =>
  eventually(
    `${count} started pods`,
    () => it.podsOf(revision ?? ''),
    (pods) => pods.length === count && pods.every(({ status }) => status?.podIP !== undefined),
  );

test(
  'case 12: the template set back to the active one ends the release, and nothing of the active slot restarts',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const before = await uids(it, first.status.active);
    await it.apply({ image: 'never-ready:v2' });
    const middle = await it.until('to fill', (bg) => bg.status.slots.green?.replicas === 2);
    await it.apply({ image: 'ready:v1' });
    const { status } = await it.until('to come to rest', (bg) => isReady(bg) && bg.status.slots.green?.replicas === 0);
    expect(status.active).toBe(first.status.active);
    expect(status.history[0]).toMatchObject({ revision: middle.status.target, outcome: 'Superseded' });
    expect(await uids(it, first.status.active)).toEqual(before);
    expect(it.selections.of('web')).toEqual([first.status.active]);
  }),
);

test(
  'case 13: a rollback within the retire time is one switch, without new pods',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const before = await uids(it, first.status.active);
    const second = await it.release({ image: 'ready:v2', soakSeconds: 0, retireAfterSeconds: 600 });
    expect(second.status.step.name).toBe('Retiring');
    const revision = second.status.active ?? '';
    // The soak would take ten minutes: a way back takes none.
    await it.apply({ image: 'ready:v2', soakSeconds: 600, decision: { revision, action: 'Rollback' } });
    const { status } = await it.until(
      'to serve the old one',
      (bg) => isReady(bg) && bg.status.active === first.status.active,
    );
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    expect(await uids(it, first.status.active)).toEqual(before);
    expect(it.selections.of('web')).toEqual([first.status.active, revision, first.status.active]);
    expect(status.history.map(({ outcome }) => outcome)).toContain('RolledBack');
    const traffic = (await it.podsOf(first.status.active ?? '')).map(
      (pod) => pod.metadata?.annotations?.['relevo.dev/traffic'],
    );
    expect(new Set(traffic)).toEqual(new Set(['active']));
  }),
);

test(
  'case 14: a later rollback brings back code and config byte for byte',
  scene(async (it) => {
    const container = { envFrom: [{ configMapRef: { name: 'settings' } }], command: ['sh', '-c', 'a <b >c && d'] };
    await it.configure('settings', { GREETING: 'hello' });
    const first = await it.release({ image: 'ready:v1', container, retireAfterSeconds: 0 });
    await it.configure('settings', { GREETING: 'hi', EXTRA: 'yes' });
    await it.release({ image: 'ready:v2', container, retireAfterSeconds: 0 });
    const second = await it.until(
      'to rest',
      (bg) => bg.status.step.name === 'Stable' && bg.status.slots.blue?.replicas === 0,
    );
    await it.objects.patch(BLUE_GREENS, 'web', {
      spec: { decision: { revision: second.status.active, action: 'Rollback', to: first.status.active } },
    });
    await it.until('to serve the old one', (bg) => isReady(bg) && bg.status.active === first.status.active);
    const pods = await it.podsBehind('web');
    expect(pods).toHaveLength(2);
    for (const pod of pods) {
      expect(pod.spec?.containers[0]?.image).toBe('ready:v1');
      expect(it.kubelet.contentOf(pod)).toEqual({ 'web.env.GREETING': 'hello' });
    }
  }),
);

test(
  'case 15: of three templates in a row only the newest is pursued',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'never-ready:v2' });
    const middle = await it.until('to fill', (bg) => bg.status.slots.green?.replicas === 2);
    const { status } = await it.release({ image: 'ready:v3' });
    expect(it.selections.of('web')).toEqual([first.status.active, status.active]);
    expect(await it.podsOf(middle.status.target ?? '')).toEqual([]);
    expect(status.history.map(({ revision, outcome }) => [revision, outcome])).toEqual([
      [status.active, 'Promoted'],
      [middle.status.target, 'Superseded'],
      [first.status.active, 'Promoted'],
    ]);
  }),
);

test(
  'case 15: a third revision waits until the retiring slot is free, and says so',
  scene(async (it) => {
    await it.release({ image: 'ready:v1' });
    await it.release({ image: 'ready:v2', retireAfterSeconds: 600 });
    await it.apply({ image: 'ready:v3', retireAfterSeconds: 600 });
    const waiting = await it.until(
      'to name the slot',
      (bg) => bg.status.step.waitingFor?.includes('then web-') === true,
    );
    expect(waiting.status.step.waitingFor).toContain('the retire time of slot blue');
    expect(await it.behind('web')).toEqual(new Set(['ready:v2']));
    expect(await uids(it, waiting.status.slots.blue?.revision)).toHaveLength(2);
  }),
);

test(
  'case 16: a passed deadline is Stalled with the reason, and the release goes on when its pods recover',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'crash:v2', progressDeadlineSeconds: 1 });
    const stalled = await it.until('to be Stalled with the reason', ({ status }) => {
      const condition = findCondition(status.conditions, 'Stalled');
      return condition?.reason === 'ProgressDeadlineExceeded' && condition.message.includes('CrashLoopBackOff');
    });
    expect(stalled.status.active).toBe(first.status.active);
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    for (const pod of await it.podsOf(stalled.status.target ?? '')) {
      await it.kubelet.setState(pod, { kind: 'running', ready: true });
    }
    await it.serving('crash:v2');
  }),
);

test(
  'case 17: a long pause is no deadline',
  scene(async (it) => {
    await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'never-ready:v2', progressDeadlineSeconds: 3 });
    await it.until('to fill', (bg) => bg.status.slots.green?.replicas === 2);
    await it.apply({ image: 'never-ready:v2', progressDeadlineSeconds: 3, paused: true });
    const paused = await it.until('to be paused', (bg) => bg.status.step.waitingFor?.includes('paused') === true);
    await always(
      'a paused release not to be Stalled',
      () => it.blueGreen(),
      ({ status }) => findCondition(status?.conditions ?? [], 'Stalled')?.status === 'False',
      4000,
    );
    for (const pod of await startedPods(it, paused.status.target, 2)) {
      await it.kubelet.setState(pod, { kind: 'running', ready: true });
    }
    expect(it.selections.of('web')).toHaveLength(1);
    await it.apply({ image: 'never-ready:v2', progressDeadlineSeconds: 3 });
    await it.serving('never-ready:v2');
  }),
);

test(
  'case 18: a healthy release that loses pods later is not taken back by a deadline',
  scene(async (it) => {
    await it.release({ image: 'ready:v1' });
    const { status } = await it.release({ image: 'ready:v2', progressDeadlineSeconds: 1, retireAfterSeconds: 600 });
    const [one] = await it.podsOf(status.active ?? '');
    if (one !== undefined) await it.kubelet.setState(one, { kind: 'running', ready: false });
    await it.until('not to be Ready', (bg) => !isReady(bg));
    await always(
      'the release to keep the traffic',
      async () => ({ selected: it.selections.of('web'), active: (await it.blueGreen()).status?.active }),
      ({ selected, active }) => selected.length === 2 && active === status.active,
      2500,
    );
    expect(await it.behind('web')).toEqual(new Set(['ready:v2']));
  }),
);

test(
  'case 27: bad then bad ends with the newest one tried, and bad then good with the good one',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'crash:v2' });
    await it.until('to fill', (bg) => bg.status.slots.green?.replicas === 2);
    await it.apply({ image: 'no-image:v3' });
    const bad = await it.until('to tell why', (bg) => bg.status.step.waitingFor?.includes('ImagePullBackOff') === true);
    expect(bad.status.release?.revision).toBe(bad.status.target);
    expect(bad.status.history[0]).toMatchObject({ outcome: 'Superseded' });
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    const { status } = await it.release({ image: 'ready:v4' });
    expect(it.selections.of('web')).toEqual([first.status.active, status.active]);
  }),
);
