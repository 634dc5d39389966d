import { expect, test } from '@jest/globals';
import type { SecretsMode } from '../../operator/api/bluegreen.ts';
import { BLUE_GREENS, PODS, SECRETS } from '../../operator/controllers/resources.ts';
import type { Variation } from './blue-greens.ts';
import { always, eventually } from './eventually.ts';
import { contentBehind, releases, secretCopiesOf, untilContent } from './release-content.ts';
import { sceneWithoutOperator, stalled, type Scene } from './scene.ts';
import { sceneWithAccess, startWithAccess, withToken } from './secret-access.ts';

/** Deletes a pod behind the Service and waits for the one in its place. */
const restartOne = async (it: Scene) => {
  const [old] = await it.podsBehind('web');
  await it.objects.delete(PODS, old?.metadata?.name ?? '');
  const pods = await eventually(
    'another pod in its place',
    () => it.podsBehind('web'),
    (now) => now.length === 2 && now.every((pod) => pod.metadata?.uid !== old?.metadata?.uid),
  );
  return pods.map((pod) => it.kubelet.contentOf(pod)['web.env.TOKEN']);
};

test(
  'secrets Follow: a rotation rolls nothing, and a pod that starts later has the new bytes',
  sceneWithAccess(async (it) => {
    await it.conceal('token', { TOKEN: 'old' });
    await it.release(withToken('Follow'));
    await it.conceal('token', { TOKEN: 'new' });
    await always(
      'one release',
      () => releases(it),
      (all) => all.length === 1,
      1500,
    );
    expect(await secretCopiesOf(it, 'token')).toEqual([]);
    expect(new Set(await restartOne(it))).toEqual(new Set(['new', 'old']));
  }),
);

/** A template that names a Secret in every way that there is. */
const everywhere = (secrets: SecretsMode): Variation => ({
  secrets,
  retireAfterSeconds: 0,
  exclude: ['excluded'],
  container: {
    env: [
      { name: 'KEYED', valueFrom: { secretKeyRef: { name: 'keyed', key: 'value' } } },
      { name: 'LATER', valueFrom: { secretKeyRef: { name: 'later', key: 'value', optional: true } } },
      { name: 'EXCLUDED', valueFrom: { secretKeyRef: { name: 'excluded', key: 'value' } } },
    ],
    // A ConfigMap and a Secret may have one name.
    envFrom: [{ prefix: 'ALL_', secretRef: { name: 'prefixed' } }, { configMapRef: { name: 'prefixed' } }],
  },
  initContainers: [{ name: 'init', image: 'ready:v1', envFrom: [{ secretRef: { name: 'initial' } }] }],
  volumes: [
    { name: 'files', secret: { secretName: 'mounted', items: [{ key: 'value', path: 'sub/file' }] } },
    { name: 'mixed', projected: { sources: [{ secret: { name: 'projected' } }] } },
  ],
});

test.each<[SecretsMode, number]>([
  ['Restart', 0],
  ['Pin', 2],
])(
  'secrets %s: every kind of reference is followed, missing then appearing too, and exclude is respected',
  async (mode, copies) => {
    await sceneWithAccess(async (it) => {
      const present = ['keyed', 'excluded', 'prefixed', 'initial', 'mounted', 'projected'];
      for (const name of present) await it.conceal(name, { value: 'old' });
      await it.configure('prefixed', { PLAIN: 'plain' });
      await it.release(everywhere(mode));
      expect(await contentBehind(it)).toEqual({
        'web.env.KEYED': 'old',
        'web.env.EXCLUDED': 'old',
        'web.env.ALL_value': 'old',
        'web.env.PLAIN': 'plain',
        'init.env.value': 'old',
        'files/sub/file': 'old',
        'mixed/value': 'old',
      });
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
        await it.conceal(name, { value: 'new' });
        await untilContent(it, key, 'new');
      }
      expect(await releases(it)).toHaveLength(1 + changes.length);
      const made = await secretCopiesOf(it, 'keyed');
      expect(made).toHaveLength(copies);
      for (const copy of made) expect(copy).toMatchObject({ immutable: true, type: 'Opaque' });
      expect(await secretCopiesOf(it, 'excluded')).toEqual([]);

      await it.conceal('excluded', { value: 'new' });
      await it.objects.patch(SECRETS, 'keyed', { metadata: { labels: { team: 'a' } } });
      await always(
        'no release for what is excluded, nor for a label',
        () => releases(it),
        (all) => all.length === 1 + changes.length,
        1500,
      );
    })();
  },
);

test(
  'secrets Pin: a pod of the old release that restarts gets the old bytes, and a rollback brings back the pair',
  sceneWithAccess(async (it) => {
    await it.conceal('token', { TOKEN: 'old' });
    const first = await it.release(withToken('Pin', { image: 'ready:v1' }));
    await it.conceal('token', { TOKEN: 'new' });
    await it.apply(withToken('Pin', { image: 'ready:v2', soakSeconds: 600 }));
    await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    expect(await restartOne(it)).toEqual(['old', 'old']);

    await it.apply(withToken('Pin', { image: 'ready:v2' }));
    const second = await it.serving('ready:v2');
    await untilContent(it, 'web.env.TOKEN', 'new');
    await it.until('to rest', (bg) => bg.status.step.name === 'Stable' && bg.status.slots.blue?.replicas === 0);

    // Even when the Secret has gone back by another way, or is gone.
    await it.objects.delete(SECRETS, 'token');
    await it.until('to say so', (bg) => stalled(bg)?.reason === 'SecretMissing');
    await it.conceal('token', { TOKEN: 'new' });
    const decision = { revision: second.status.active ?? '', action: 'Rollback' as const };
    await it.apply(withToken('Pin', { image: 'ready:v2', decision }));
    await untilContent(it, 'web.env.TOKEN', 'old');
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    expect((await it.blueGreen()).status?.active).toBe(first.status.active);
  }),
);

test(
  'secrets Pin: copies that no recorded release names any more are collected',
  sceneWithAccess(async (it) => {
    await it.conceal('token', { TOKEN: '0' });
    await it.release(withToken('Pin'));
    for (let edit = 1; edit <= 11; edit += 1) {
      await it.conceal('token', { TOKEN: String(edit) });
      await untilContent(it, 'web.env.TOKEN', String(edit));
    }
    // revisionHistoryLimit is 10.
    await eventually(
      'ten copies',
      () => secretCopiesOf(it, 'token'),
      (all) => all.length === 10,
    );
    expect(await contentBehind(it)).toEqual({ 'web.env.TOKEN': '11' });
  }),
);

test(
  'secrets Restart and ConfigMaps changed together are one release, also across a restart of the operator',
  sceneWithoutOperator(async (it) => {
    const operator = await startWithAccess(it);
    const both: Variation = {
      secrets: 'Restart',
      quietSeconds: 1,
      retireAfterSeconds: 0,
      container: { envFrom: [{ secretRef: { name: 'token' } }, { configMapRef: { name: 'settings' } }] },
    };
    await it.conceal('token', { TOKEN: 'a' });
    await it.configure('settings', { GREETING: 'a' });
    await it.release(both);
    await it.conceal('token', { TOKEN: 'b' });
    await it.configure('settings', { GREETING: 'b' });
    await untilContent(it, 'web.env.TOKEN', 'b');
    expect(await contentBehind(it)).toEqual({ 'web.env.TOKEN': 'b', 'web.env.GREETING': 'b' });
    expect(await releases(it)).toHaveLength(2);

    // The key of the hashes outlives the process: nothing is released by its successor.
    await it.stopOperator(operator);
    await startWithAccess(it);
    await always(
      'no release',
      () => releases(it),
      (all) => all.length === 2,
      1500,
    );
    await it.conceal('token', { TOKEN: 'c' });
    await untilContent(it, 'web.env.TOKEN', 'c');
  }),
);

test(
  'secrets Pin: copies are kept by a deletion with orphans, and the next BlueGreen of that name takes them over',
  sceneWithAccess(async (it) => {
    await it.conceal('token', { TOKEN: 'old' });
    await it.release(withToken('Pin'));
    const before = await it.pods();
    await it.objects.delete(BLUE_GREENS, 'web', 'Orphan');
    await eventually(
      'the BlueGreen to be gone',
      () => it.objects.find(BLUE_GREENS, 'web'),
      (found) => found === undefined,
    );
    const [copy] = await eventually(
      'the copy to belong to nobody',
      () => secretCopiesOf(it, 'token'),
      (copies) => copies[0]?.metadata?.ownerReferences === undefined,
    );
    const after = await it.release(withToken('Pin'));
    const [adopted] = await secretCopiesOf(it, 'token');
    expect(adopted?.metadata?.uid).toBe(copy?.metadata?.uid);
    expect(adopted?.metadata?.ownerReferences).toMatchObject([{ kind: 'BlueGreen', uid: after.metadata.uid }]);
    expect(new Set((await it.pods()).map(({ metadata }) => metadata?.uid))).toEqual(
      new Set(before.map(({ metadata }) => metadata?.uid)),
    );
  }),
);

test(
  'secrets Pin: a deletion takes the copies along and leaves the Secret',
  sceneWithAccess(async (it) => {
    await it.conceal('token', { TOKEN: 'old' });
    await it.release(withToken('Pin'));
    expect(await secretCopiesOf(it, 'token')).toHaveLength(1);
    await it.objects.delete(BLUE_GREENS, 'web');
    await eventually(
      'no copy that is left',
      () => secretCopiesOf(it, 'token'),
      ({ length }) => length === 0,
    );
    expect(await it.objects.find(SECRETS, 'token')).toBeDefined();
  }),
);
