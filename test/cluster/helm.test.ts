import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { V1Service } from '@kubernetes/client-node';
import { SERVICES } from '../../operator/controllers/resources.ts';
import { NO_LOSS, Stage } from './stage.ts';

jest.setTimeout(180_000);

const stage = new Stage('helm');

beforeAll(async () => {
  await stage.open();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const selector = async (): Promise<unknown> => (await stage.objects.get<V1Service>(SERVICES, 'users')).spec?.selector;

describe('helm', () => {
  test('case 38: helm upgrade --wait returns when the release serves', async () => {
    const from = stage.now();
    const before = stage.active;
    const values = { config: { GREETING: 'Second', PAGE_SIZE: '20' } };
    await stage.release.upgrade(values, stage.signal, '--wait', '--timeout', '60s');
    expect(await stage.greeting()).toBe('Second');
    expect(await stage.settledOnOther(before)).toBe(stage.active);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('an upgrade without a change leaves selector and pods alone', async () => {
    const before = { selector: await selector(), active: stage.active };
    await stage.release.upgrade({ config: { GREETING: 'Second', PAGE_SIZE: '20' } }, stage.signal, '--wait');
    expect({ selector: await selector(), active: stage.active }).toEqual(before);
  });

  test('a rollback in the middle of a release ends where it says', async () => {
    const from = stage.now();
    const before = stage.active;
    await stage.release.upgrade({ config: { GREETING: 'Third', PAGE_SIZE: '20' } }, stage.signal);
    await stage.release.rollback(stage.signal, '--wait', '--timeout', '60s');
    expect(await stage.greeting()).toBe('Second');
    expect(stage.active).toBe(before);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('client-side apply works as well', async () => {
    const from = stage.now();
    const before = stage.active;
    const values = { config: { GREETING: 'Fourth', PAGE_SIZE: '20' } };
    await stage.release.upgrade(values, stage.signal, '--server-side=false', '--wait', '--timeout', '60s');
    expect(await stage.settledOnOther(before)).toBe(stage.active);
    expect(await stage.greeting()).toBe('Fourth');
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });
});
