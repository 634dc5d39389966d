import { expect, test } from '@jest/globals';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { LABEL_COPY_OF } from '../../operator/api/names.ts';
import { BLUE_GREENS, CONFIG_MAPS, CONTROLLER_REVISIONS, DEPLOYMENTS } from '../../operator/controllers/resources.ts';
import type { Variation } from './blue-greens.ts';
import { always, eventually } from './eventually.ts';
import { scene, type Scene } from './scene.ts';

const withSettings: Variation = {
  image: 'ready:v1',
  container: {
    envFrom: [{ configMapRef: { name: 'settings' } }],
    // Keys out of order, and characters that Go's JSON escapes.
    command: ['sh', '-c', 'a <b >c && d'],
    env: [{ value: '\u2028', name: 'Z' }],
  },
};

/** All that the operator made, and its pods. */
const owned = async (it: Scene): Promise<V1ConfigMap[]> => {
  const lists = await Promise.all([
    it.objects.list<V1ConfigMap>(DEPLOYMENTS),
    it.objects.list<V1ConfigMap>(CONTROLLER_REVISIONS),
    it.objects.list<V1ConfigMap>(CONFIG_MAPS, LABEL_COPY_OF),
    it.pods(),
  ]);
  return lists.flat();
};

const identities = (objects: V1ConfigMap[]): Set<string> =>
  new Set(objects.map(({ metadata }) => `${metadata?.name} ${metadata?.uid}`));

test(
  'case 39: deletion takes all that was made with it, and leaves what was not',
  scene(async (it) => {
    await it.configure('settings', { GREETING: 'hello' });
    await it.release(withSettings);
    await it.release({ ...withSettings, image: 'ready:v2' });
    await it.objects.delete(BLUE_GREENS, 'web');
    await eventually(
      'nothing left',
      () => owned(it),
      (all) => all.length === 0,
    );
    expect(await it.objects.find(CONFIG_MAPS, 'settings')).toBeDefined();
    expect(await it.selector('web')).toBeDefined();
  }),
);

test(
  'case 39: with --cascade=orphan all stays and traffic goes on, and a new BlueGreen takes it over',
  scene(async (it) => {
    await it.configure('settings', { GREETING: 'hello' });
    await it.release(withSettings);
    const before = { owned: identities(await owned(it)), selector: await it.selector('web') };
    await it.objects.delete(BLUE_GREENS, 'web', 'Orphan');
    await eventually(
      'the owner to be gone from all',
      async () => [await it.objects.find(BLUE_GREENS, 'web'), ...(await owned(it))] as const,
      ([blueGreen, ...all]) =>
        blueGreen === undefined &&
        all.every(({ metadata }) => !metadata?.ownerReferences?.some(({ kind }) => kind === 'BlueGreen')),
    );
    await always(
      'all to stay',
      async () => identities(await owned(it)).size,
      (size) => size === before.owned.size,
      1000,
    );
    expect(identities(await owned(it))).toEqual(before.owned);
    expect(await it.selector('web')).toEqual(before.selector);
    expect(await it.podsBehind('web')).toHaveLength(2);

    await it.release(withSettings);
    expect(identities(await owned(it))).toEqual(before.owned);
    expect(await it.selector('web')).toEqual(before.selector);
    expect(
      (await it.objects.list<V1ConfigMap>(DEPLOYMENTS)).map(({ metadata }) => metadata?.ownerReferences),
    ).toMatchObject([[{ kind: 'BlueGreen', name: 'web' }]]);
  }),
);
