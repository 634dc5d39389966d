import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import { BLUE_GREENS } from '../../operator/controllers/resources.ts';
import { ANNOTATION_READY_AFTER } from './pod-behaviour.ts';
import { runTool } from './kubectl.ts';
import { scene, type Scene } from './scene.ts';

const CHART = fileURLToPath(new URL('../../charts/service', import.meta.url));

const waitForReady = (it: Scene, seconds: number): Promise<string> =>
  runTool(it, 'kubectl', ['wait', '--for=condition=Ready', 'bluegreen/web', `--timeout=${seconds}s`]);

/** The row of `kubectl get bg`, by its headings. */
const row = async (it: Scene): Promise<Record<string, string>> => {
  const [head = '', line = ''] = (await runTool(it, 'kubectl', ['get', 'bg'])).split('\n');
  const headings = [...head.matchAll(/\S+(?: \S+)*/g)];
  return Object.fromEntries(
    headings.map((heading, index) => [
      heading[0].toLowerCase(),
      line.slice(heading.index, headings[index + 1]?.index).trim(),
    ]),
  );
};

test(
  'case 38: kubectl wait returns when the new release serves, and not before',
  scene(async (it) => {
    await it.apply({ image: 'ready:v1' });
    await waitForReady(it, 30);
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    await it.apply({ image: 'ready:v2', annotations: { [ANNOTATION_READY_AFTER]: '700' } });
    await waitForReady(it, 30);
    expect(await it.behind('web')).toEqual(new Set(['ready:v2']));
    await it.apply({ image: 'crash:v3', retireAfterSeconds: 0 });
    await expect(waitForReady(it, 2)).rejects.toThrow('timed out');
  }),
);

test(
  'case 38: kubectl get bg tells the truth in every step',
  scene(async (it) => {
    const { status: first } = await it.release({ image: 'ready:v1' });
    expect(await row(it)).toMatchObject({
      name: 'web',
      active: first.active,
      target: first.active,
      step: 'Stable',
      ready: 'True',
    });
    await it.apply({ image: 'crash:v2' });
    const { status: filling } = await it.until('to fill', (bg) => bg.status.step.name === 'Filling');
    expect(await row(it)).toMatchObject({
      active: first.active,
      target: filling.target,
      step: 'Filling',
      ready: 'False',
    });
    await it.apply({ image: 'ready:v3', soakSeconds: 600 });
    const { status: soaking } = await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    expect(await row(it)).toMatchObject({
      active: first.active,
      target: soaking.target,
      step: 'Soaking',
      ready: 'False',
    });
    const { status: retiring } = await it.release({ image: 'ready:v3' });
    expect(await row(it)).toMatchObject({
      active: retiring.active,
      target: retiring.active,
      step: 'Retiring',
      ready: 'True',
    });
  }),
);

test(
  'case 38: helm --wait returns when the new release serves, and fails when it cannot',
  scene(async (it) => {
    const upgrade = (name: string, tag: string, timeout: string) =>
      runTool(
        it,
        'helm',
        `upgrade --install shop ${CHART} --wait --timeout=${timeout} --set image.repository=${name},image.tag=${tag},blueGreen.switch.retireAfterSeconds=1`.split(
          ' ',
        ),
      );
    await upgrade('ready', 'v1', '30s');
    expect(await it.behind('shop')).toEqual(new Set(['ready:v1']));
    await upgrade('ready', 'v2', '30s');
    expect(await it.behind('shop')).toEqual(new Set(['ready:v2']));
    await expect(upgrade('crash', 'v3', '5s')).rejects.toThrow('shop');
    expect(await it.behind('shop')).toEqual(new Set(['ready:v2']));
    await upgrade('ready', 'v4', '30s');
    expect(await it.behind('shop')).toEqual(new Set(['ready:v4']));
  }),
);

test(
  'case 38: helm --wait returns when the new release waits for a person, and the old one serves',
  scene(async (it) => {
    const upgrade = (tag: string): Promise<string> =>
      runTool(
        it,
        'helm',
        `upgrade --install shop ${CHART} --wait --timeout=30s --set image.repository=ready,image.tag=${tag},blueGreen.promotion.mode=Manual`.split(
          ' ',
        ),
      );
    await upgrade('v1');
    await upgrade('v2');
    const { status } = await it.objects.get<BlueGreen>(BLUE_GREENS, 'shop');
    expect(status?.step).toMatchObject({
      name: 'AwaitingPromotion',
      waitingFor: `a person to promote ${status?.target} (kubectl relevo promote shop)`,
    });
    expect(await it.behind('shop')).toEqual(new Set(['ready:v1']));
  }),
);
