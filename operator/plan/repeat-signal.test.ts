import { expect, test } from '@jest/globals';
import type { BlueGreenStatus } from '../api/bluegreen.ts';
import { plan } from './plan.ts';
import { toTime } from './time.ts';
import type { Plan, Snapshot } from './types.ts';
import { NOW, filled, kinds, service, statusAt, world } from './world.fixture.ts';

const since = toTime(NOW);
const step: BlueGreenStatus['step'] = { name: 'Retiring', since, deadline: toTime(NOW + 30_000) };
const retiring = statusAt('Retiring', { active: 'web-2', target: 'web-2', step });

const at = (ms: number, change: Partial<Snapshot> = {}): Plan => {
  const services = { active: service('web', 'web-2'), preview: service('web-preview', 'web-2') };
  const endpoints: Snapshot['endpoints'] = [{ slot: 'green', ready: true }];
  return plan(world(retiring, { ...filled(), services, endpoints, ...change }), NOW + ms);
};

const repetition = (number: number) => [
  { kind: 'signal', slot: 'blue', revision: 'web-1', traffic: 'retired', repeat: { number, since } },
  { kind: 'signal', slot: 'green', revision: 'web-2', traffic: 'active', repeat: { number, since } },
];

test('the hand-over signal is repeated three times within two seconds, to both slots', () => {
  expect(at(299)).toMatchObject({ actions: [], requeueAt: NOW + 300 });
  expect(at(300)).toMatchObject({ actions: repetition(1), requeueAt: NOW + 600 });
  expect(at(600).actions).toEqual(repetition(2));
  expect(at(2000).actions).toEqual(repetition(3));
});

test('each repetition is made once, and none long after the switch', () => {
  const done = { since, number: 2 };
  expect(at(1499, { repeated: { blue: done, green: done } }).actions).toEqual([]);
  expect(at(1500, { repeated: { blue: done, green: done } }).actions).toEqual(repetition(3));
  const earlier = { since: '2020-01-01T00:00:00.000Z', number: 3 };
  expect(at(300, { repeated: { blue: earlier, green: done } }).actions).toEqual(repetition(1).slice(0, 1));
  expect(at(5001).actions).toEqual([]);
});

test('nobody is told while the Service selects something else', () => {
  const services = { active: service('web', 'web-9'), preview: undefined };
  const down = filled({ ready: 0 });
  expect(kinds(at(600, { ...down, services, endpoints: [{ slot: 'blue', ready: true }] }))).not.toContain('signal');
});
