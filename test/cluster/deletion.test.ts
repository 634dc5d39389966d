import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { BLUE_GREENS, CONFIG_MAPS, DEPLOYMENTS, SERVICES } from '../../operator/controllers/resources.ts';
import { eventually } from '../api/eventually.ts';
import { NO_LOSS, Stage } from './stage.ts';

const stage = new Stage('deletion');

beforeAll(async () => {
  await stage.open();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const deployments = async (): Promise<V1Deployment[]> => await stage.objects.list<V1Deployment>(DEPLOYMENTS);
const copies = async (): Promise<unknown[]> => await stage.objects.list(CONFIG_MAPS, 'relevo.dev/copy-of');

const uids = async (): Promise<Map<string | undefined, string | undefined>> =>
  new Map((await deployments()).map(({ metadata }) => [metadata?.name, metadata?.uid]));

describe('deletion', () => {
  test('case 39: with --cascade=orphan the traffic goes on', async () => {
    const from = stage.now();
    const before = (await stage.objects.get<V1Service>(SERVICES, 'users')).spec?.selector;
    await stage.objects.delete(BLUE_GREENS, 'users', 'Orphan');
    await eventually(
      'the BlueGreen to be gone and its Deployments to belong to nobody',
      async () => ({ bluegreen: await stage.objects.find(BLUE_GREENS, 'users'), deployments: await deployments() }),
      (found) =>
        found.bluegreen === undefined &&
        found.deployments.length > 0 &&
        found.deployments.every(({ metadata }) => (metadata?.ownerReferences ?? []).length === 0),
    );
    expect((await stage.objects.get<V1Service>(SERVICES, 'users')).spec?.selector).toEqual(before);
    expect(await copies()).not.toHaveLength(0);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 39: a BlueGreen of that name takes over what was left, without a restart', async () => {
    const from = stage.now();
    const before = await uids();
    await stage.release.upgrade({}, stage.signal, '--wait', '--timeout', '60s');
    expect(await uids()).toEqual(before);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 39: a plain deletion takes everything with it', async () => {
    await stage.load.stop(stage.signal);
    await stage.objects.delete(BLUE_GREENS, 'users');
    const left = await eventually(
      'Deployments and copies to be gone',
      async () => [...(await deployments()), ...(await copies())],
      (found) => found.length === 0,
    );
    expect(left).toEqual([]);
  });
});
