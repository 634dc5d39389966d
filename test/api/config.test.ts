import { expect, test } from '@jest/globals';
import type { V1Pod } from '@kubernetes/client-node';
import { CONFIG_MAPS, PODS } from '../../operator/controllers/resources.ts';
import type { Variation } from './blue-greens.ts';
import { always, eventually } from './eventually.ts';
import { contentBehind, copiesOf, releases, untilContent } from './release-content.ts';
import { scene, sceneWithoutOperator } from './scene.ts';

const fromSettings: Variation = { container: { envFrom: [{ configMapRef: { name: 'settings' } }] } };

test(
  'case 29: a changed ConfigMap alone is one release with a new immutable copy, and the active slot keeps its bytes',
  scene(async (it) => {
    await it.configure('settings', { GREETING: 'hello' });
    const first = await it.release(fromSettings);
    await it.apply({ ...fromSettings, soakSeconds: 600 });
    await it.configure('settings', { GREETING: 'hi' });
    const { status } = await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');

    const copies = await copiesOf(it, 'settings');
    expect(copies).toHaveLength(2);
    expect(new Set(copies.map(({ data }) => data?.['GREETING']))).toEqual(new Set(['hello', 'hi']));
    expect(copies.every(({ immutable }) => immutable)).toBe(true);
    expect(await releases(it)).toHaveLength(2);

    // A pod of the old release that restarts in the middle still gets its old bytes.
    const [old] = await it.podsBehind('web');
    await it.objects.delete(PODS, old?.metadata?.name ?? '');
    await eventually(
      'another pod in its place',
      () => it.podsBehind('web'),
      (pods) => pods.length === 2 && pods.every((pod) => pod.metadata?.uid !== old?.metadata?.uid),
    );
    expect(await contentBehind(it)).toEqual({ 'web.env.GREETING': 'hello' });
    for (const pod of await it.podsOf(status.target ?? '')) {
      expect(it.kubelet.contentOf(pod)).toEqual({ 'web.env.GREETING': 'hi' });
    }

    await it.apply(fromSettings);
    await untilContent(it, 'web.env.GREETING', 'hi');
    expect(await releases(it)).toHaveLength(2);
    expect(it.selections.of('web')).toEqual([first.status.active, status.target]);
  }),
);

test(
  'case 30: several ConfigMaps changed together are one release',
  scene(async (it) => {
    const names = ['one', 'two', 'three'];
    const variation: Variation = {
      quietSeconds: 1,
      container: { envFrom: names.map((name) => ({ configMapRef: { name } })) },
    };
    for (const name of names) await it.configure(name, { [name]: 'old' });
    await it.release(variation);
    for (const name of names) await it.configure(name, { [name]: 'new' });
    await untilContent(it, 'web.env.three', 'new');
    expect(await contentBehind(it)).toEqual({ 'web.env.one': 'new', 'web.env.two': 'new', 'web.env.three': 'new' });
    expect(await releases(it)).toHaveLength(2);
    expect(it.selections.of('web')).toHaveLength(2);
  }),
);

test(
  'several edits within the quiet period are one release, and one entry in the history',
  scene(async (it) => {
    await it.configure('settings', { GREETING: '0' });
    const variation: Variation = { ...fromSettings, quietSeconds: 3 };
    await it.release(variation);
    const seen = new Set<string | undefined>();
    for (const edit of ['1', '2', '3']) {
      await it.configure('settings', { GREETING: edit });
      const { status } = await it.until('to wait for more edits', (bg) => {
        return bg.status.step.waitingFor?.includes('to settle') === true && !seen.has(bg.status.target);
      });
      seen.add(status.target);
    }
    await untilContent(it, 'web.env.GREETING', '3');
    const { status } = await it.blueGreen();
    expect(status?.history).toMatchObject([{ outcome: 'Promoted' }, { outcome: 'Promoted' }]);
    expect(await releases(it)).toHaveLength(2);
    expect(it.selections.of('web')).toHaveLength(2);
  }),
);

/** A template that names a ConfigMap in every way that there is. */
const everywhere: Variation = {
  retireAfterSeconds: 0,
  exclude: ['excluded'],
  container: {
    env: [
      { name: 'KEYED', valueFrom: { configMapKeyRef: { name: 'keyed', key: 'value' } } },
      { name: 'LATER', valueFrom: { configMapKeyRef: { name: 'later', key: 'value', optional: true } } },
      { name: 'EXCLUDED', valueFrom: { configMapKeyRef: { name: 'excluded', key: 'value' } } },
    ],
    envFrom: [{ prefix: 'ALL_', configMapRef: { name: 'prefixed' } }],
  },
  initContainers: [{ name: 'init', image: 'ready:v1', envFrom: [{ configMapRef: { name: 'initial' } }] }],
  volumes: [
    { name: 'files', configMap: { name: 'mounted', items: [{ key: 'value', path: 'sub/file' }] } },
    { name: 'mixed', projected: { sources: [{ configMap: { name: 'projected' } }] } },
    { name: 'bytes', configMap: { name: 'binary' } },
  ],
};

test(
  'case 31: every kind of reference is followed, and exclude is respected',
  scene(async (it) => {
    const present = ['keyed', 'excluded', 'prefixed', 'initial', 'mounted', 'projected'];
    for (const name of present) await it.configure(name, { value: 'old' });
    await it.configure('binary', {}, { blob: 'AAEC' });
    await it.release(everywhere);
    const before = {
      'web.env.KEYED': 'old',
      'web.env.EXCLUDED': 'old',
      'web.env.ALL_value': 'old',
      'init.env.value': 'old',
      'files/sub/file': 'old',
      'mixed/value': 'old',
      'bytes/blob': 'base64:AAEC',
    };
    expect(await contentBehind(it)).toEqual(before);

    const changes: [name: string, key: string][] = [
      ['keyed', 'web.env.KEYED'],
      ['prefixed', 'web.env.ALL_value'],
      ['initial', 'init.env.value'],
      ['mounted', 'files/sub/file'],
      ['projected', 'mixed/value'],
      // Optional: it was missing and appears.
      ['later', 'web.env.LATER'],
    ];
    for (const [name, key] of changes) {
      await it.configure(name, { value: 'new' });
      await untilContent(it, key, 'new');
    }
    await it.configure('binary', {}, { blob: 'AQID' });
    await untilContent(it, 'bytes/blob', 'base64:AQID');
    expect(await releases(it)).toHaveLength(1 + changes.length + 1);

    await it.configure('excluded', { value: 'new' });
    await always(
      'no release',
      () => releases(it),
      (all) => all.length === changes.length + 2,
      1500,
    );
    expect(await copiesOf(it, 'excluded')).toEqual([]);
    // A pod sees it as every pod sees its ConfigMaps: when it starts.
    expect((await contentBehind(it))['web.env.EXCLUDED']).toBe('old');
  }),
);

test(
  'case 31: a ConfigMap that must exist and does not is told, and the release goes on when it appears',
  scene(async (it) => {
    await it.apply(fromSettings);
    const found = await it.until('to name it', ({ status }) =>
      status.conditions.some(({ status: is, message }) => is === 'False' && message.includes('settings')),
    );
    expect(found.status.conditions.find(({ type }) => type === 'ConfigSynced')).toMatchObject({
      status: 'False',
      reason: 'ConfigMapMissing',
    });
    expect(await it.objects.list<V1Pod>(PODS)).toEqual([]);
    await it.configure('settings', { GREETING: 'hello' });
    await untilContent(it, 'web.env.GREETING', 'hello');
  }),
);

test(
  'case 32: a change while the operator was down is seen once at its start',
  sceneWithoutOperator(async (it) => {
    await it.configure('settings', { GREETING: 'hello' });
    const operator = await it.startOperator();
    const first = await it.release({ ...fromSettings, retireAfterSeconds: 0 });
    await it.until('to rest', (bg) => bg.status.step.name === 'Stable');
    await it.stopOperator(operator);
    await it.configure('settings', { GREETING: 'hi' });
    await it.configure('settings', { GREETING: 'good day' });
    await it.startOperator();
    await untilContent(it, 'web.env.GREETING', 'good day');
    expect(await releases(it)).toHaveLength(2);
    const { status } = await it.blueGreen();
    expect(it.selections.of('web')).toEqual([first.status.active, status?.active]);
  }),
);

test(
  'a metadata-only edit of a ConfigMap is no release',
  scene(async (it) => {
    await it.configure('settings', { GREETING: 'hello' });
    await it.release(fromSettings);
    await it.objects.patch(CONFIG_MAPS, 'settings', {
      metadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
    });
    await always(
      'one release',
      () => releases(it),
      (all) => all.length === 1,
      1500,
    );
    expect(await copiesOf(it, 'settings')).toHaveLength(1);
  }),
);

test(
  'copies that no recorded release names any more are collected',
  scene(async (it) => {
    await it.configure('settings', { GREETING: '0' });
    await it.release({ ...fromSettings, retireAfterSeconds: 0 });
    for (let edit = 1; edit <= 11; edit += 1) {
      await it.configure('settings', { GREETING: String(edit) });
      await untilContent(it, 'web.env.GREETING', String(edit));
    }
    // revisionHistoryLimit is 10.
    await eventually(
      'ten releases',
      () => releases(it),
      (all) => all.length === 10,
    );
    await eventually(
      'ten copies',
      () => copiesOf(it, 'settings'),
      (all) => all.length === 10,
    );
    expect(await contentBehind(it)).toEqual({ 'web.env.GREETING': '11' });
  }),
);
