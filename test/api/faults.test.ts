import { expect, test } from '@jest/globals';
import type { Decision } from '../../operator/api/bluegreen.ts';
import { firstTriesFail } from '../faults/fault.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { randomFaults, ROUGH } from '../faults/random-faults.ts';
import { seededRandom } from '../faults/random.ts';
import { SwitchWitness } from '../faults/switch-witness.ts';
import type { Variation } from './blue-greens.ts';
import { eventually } from './eventually.ts';
import { isReady, sceneWithoutOperator, type Scene } from './scene.ts';

const REPLICAS = 2;
const container = { envFrom: [{ configMapRef: { name: 'settings' } }] };
const variation = (image: string, more: Variation = {}): Variation => ({
  image,
  container,
  replicas: REPLICAS,
  retireAfterSeconds: 0,
  ...more,
});

const untilAtRest = (it: Scene, active: string) =>
  it.until(`to be at rest with ${active}`, (bg) => {
    const { status } = bg;
    return isReady(bg) && status.active === active && status.step.name === 'Stable';
  });

const activeOf = async (it: Scene, more: Variation & { image: string }): Promise<string> =>
  (await it.release(variation(more.image, more))).status.active ?? '';

/** Goes back or forward between two revisions by a decision, or by its absence. */
const decide = async (it: Scene, image: string, to: string, decision?: Decision): Promise<void> => {
  await it.apply(variation(image, decision === undefined ? {} : { decision }));
  await untilAtRest(it, to);
};

/** What the pods behind the Service were started with. */
const greetings = async (it: Scene): Promise<Set<string | undefined>> =>
  new Set((await it.podsBehind('web')).map((pod) => it.kubelet.contentOf(pod)['web.env.GREETING']));

/** Code, a way back at once, code, config, a way back later, forward, an abort, code. Gives what must have served. */
const performSeries = async (it: Scene): Promise<string[]> => {
  await it.configure('settings', { GREETING: 'one' });
  const first = await activeOf(it, { image: 'ready:v1' });
  const second = await activeOf(it, { image: 'ready:v2', retireAfterSeconds: 600 });

  const podsOfFirst = async () => new Set((await it.podsOf(first)).map(({ metadata }) => metadata?.uid));
  const before = await podsOfFirst();
  await decide(it, 'ready:v2', first, { revision: second, action: 'Rollback', to: first });
  expect(await podsOfFirst()).toEqual(before);

  const third = await activeOf(it, { image: 'ready:v3' });
  await untilAtRest(it, third);
  await it.configure('settings', { GREETING: 'two' });
  const { status } = await it.until('to be another pair', (bg) => isReady(bg) && bg.status.active !== third);
  const fourth = status.active ?? '';
  await untilAtRest(it, fourth);
  expect(await greetings(it)).toEqual(new Set(['two']));

  await decide(it, 'ready:v3', third, { revision: fourth, action: 'Rollback', to: third });
  expect(await greetings(it)).toEqual(new Set(['one']));
  await decide(it, 'ready:v3', fourth);

  await it.apply(variation('ready:v4', { soakSeconds: 600 }));
  const soaking = await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
  const revision = soaking.status.target ?? '';
  await it.apply(variation('ready:v4', { soakSeconds: 600, decision: { revision, action: 'Abort' } }));
  await it.until('to be aborted', (bg) => bg.status.history[0]?.outcome === 'Aborted');
  await eventually(
    'no pods of what was aborted',
    () => it.podsOf(revision),
    (pods) => pods.length === 0,
  );

  const last = await activeOf(it, { image: 'ready:v5' });
  await untilAtRest(it, last);
  expect(await greetings(it)).toEqual(new Set(['two']));
  return [first, second, first, third, fourth, third, fourth, last];
};

/** Runs the series with an operator behind a proxy, and holds the promises about each switch. */
const performBehind = async (
  it: Scene,
  start: (witness: SwitchWitness) => Promise<FaultProxy>,
): Promise<FaultProxy> => {
  const witness = new SwitchWitness('web', (revision) => it.podsOf(revision));
  const proxy = await start(witness);
  try {
    await it.startOperator(proxy.connection);
    const served = await performSeries(it);
    // Each once, in this order: no second switch, and none back by itself.
    expect(it.selections.of('web')).toEqual(served);
    expect(new Set(witness.seen.map(({ revision }) => revision))).toEqual(new Set(served));
    // Not one write of the selector, also of those that were lost, names a slot that is not whole.
    expect(witness.seen.filter(({ ready }) => ready < REPLICAS)).toEqual([]);
    const { status } = await it.blueGreen();
    const ends = status?.history.map(({ revision, outcome, endedAt }) => `${revision} ${outcome} ${endedAt}`);
    expect(new Set(ends).size).toBe(ends?.length);
    return proxy;
  } finally {
    proxy.stop();
  }
};

/** The kinds of faults that a run must have met to have shown anything. */
const KINDS = [
  'cut after',
  'cut before',
  'delay',
  'expire',
  'refuse 409',
  'refuse 429',
  'refuse 500',
  'refuse 503',
  'tear',
];

test.concurrent.each([1, 2])(
  'behind an API server that refuses, delays, cuts and forgets by chance (seed %i), a series of releases ends as the spec says, with one switch each',
  async (seed) => {
    await sceneWithoutOperator(async (it) => {
      const { kubeconfigPath } = it.environment;
      const proxy = await performBehind(it, ({ look }) =>
        FaultProxy.start(kubeconfigPath, { faults: randomFaults(seededRandom(seed), ROUGH), witness: look }),
      );
      expect([...proxy.met.keys()].toSorted()).toEqual(KINDS);
    })();
  },
);

test.concurrent(
  'behind an API server that fails every write the first time and drops every third answer, a series of releases ends as the spec says, with one switch each',
  async () => {
    await sceneWithoutOperator(async (it) => {
      const { kubeconfigPath } = it.environment;
      const proxy = await performBehind(it, ({ look }) =>
        FaultProxy.start(kubeconfigPath, { faults: firstTriesFail(), witness: look }),
      );
      expect(proxy.met.get('cut after')).toBeGreaterThan(10);
      expect(proxy.met.get('refuse 409')).toBeGreaterThan(10);
      expect(proxy.met.get('refuse 500')).toBeGreaterThan(10);
    })();
  },
);
