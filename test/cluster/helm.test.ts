import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { V1Pod, V1Service } from '@kubernetes/client-node';
import { LABEL_REVISION } from '../../operator/api/names.ts';
import { PODS, SERVICES } from '../../operator/controllers/resources.ts';
import { eventually } from '../api/eventually.ts';
import { NEXT_TAG, readEnvironment } from './environment.ts';
import { NO_LOSS, Stage } from './stage.ts';

const stage = new Stage('helm');

beforeAll(async () => {
  await stage.open();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const selector = async (service = 'users'): Promise<Record<string, string> | undefined> =>
  (await stage.objects.get<V1Service>(SERVICES, service)).spec?.selector;

const selected = async (service: string): Promise<string | undefined> => (await selector(service))?.[LABEL_REVISION];

const SECOND = { config: { GREETING: 'Second', PAGE_SIZE: '20' } };
const THIRD = { config: { GREETING: 'Third', PAGE_SIZE: '20' } };
const FOURTH = { config: { GREETING: 'Fourth', PAGE_SIZE: '20' } };

describe('helm', () => {
  test('case 38: helm upgrade --wait returns when the release serves', async () => {
    const from = stage.now();
    const before = await stage.atRest();
    await stage.release.upgrade(SECOND, stage.signal, '--wait', '--timeout', '60s');
    expect(await stage.greeting()).toBe('Second');
    expect(await stage.atRest()).not.toBe(before);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 2: helm upgrade to another image tag fills the idle slot, shows it on the preview, and switches', async () => {
    const from = stage.now();
    const before = await stage.atRest();
    const { repository } = readEnvironment().images.users;
    await stage.release.upgrade({ ...SECOND, image: { repository, tag: NEXT_TAG } }, stage.signal);
    const seen = await eventually(
      'the preview to be another revision than what serves',
      async () => ({ active: await selected('users'), preview: await selected('users-preview') }),
      ({ active, preview }) => active !== preview,
    );
    expect(seen.active).toBe(before);
    const after = await stage.atRest();
    expect(seen.preview).toBe(after);
    const pods = await stage.objects.list<V1Pod>(PODS, `relevo.dev/revision=${after}`);
    expect(pods.map(({ spec }) => spec?.containers[0]?.image)).toEqual(Array(2).fill(`${repository}:${NEXT_TAG}`));
    expect(await stage.loss(from)).toEqual(NO_LOSS);
    await stage.release.upgrade(SECOND, stage.signal, '--wait', '--timeout', '60s');
    expect(await stage.atRest()).toBe(before);
  });

  test('an upgrade without a change leaves selector and pods alone', async () => {
    const before = { active: await stage.atRest(), selector: await selector() };
    await stage.release.upgrade(SECOND, stage.signal, '--wait');
    expect({ active: await stage.atRest(), selector: await selector() }).toEqual(before);
  });

  test('a rollback in the middle of a release ends where it says', async () => {
    const from = stage.now();
    const before = await stage.atRest();
    await stage.release.upgrade(THIRD, stage.signal);
    await stage.release.rollback(stage.signal, '--wait', '--timeout', '60s');
    expect(await stage.greeting()).toBe('Second');
    expect(await stage.atRest()).toBe(before);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('client-side apply works as well', async () => {
    const from = stage.now();
    const before = await stage.atRest();
    await stage.release.upgrade(FOURTH, stage.signal, '--server-side=false', '--wait', '--timeout', '60s');
    expect(await stage.atRest()).not.toBe(before);
    expect(await stage.greeting()).toBe('Fourth');
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });
});
