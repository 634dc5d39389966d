import { describe, expect, test } from '@jest/globals';
import { LABEL_BLUEGREEN } from '../api/names.ts';
import { plan } from './plan.ts';
import { toTime } from './time.ts';
import type { Plan, Snapshot } from './types.ts';
import { NOW, filled, kinds, release, service, statusAt, world } from './world.fixture.ts';

const since = toTime(NOW);
const switching = plan(world(statusAt('Filling', { release }), filled()), NOW).status;

const at = (ms: number, change: Partial<Snapshot> = {}, status = switching): Plan =>
  plan(world(status, { ...filled(), ...change }), NOW + ms);

const told = { announced: since };

describe('before a switch', () => {
  test('the old pods are told that they are leaving, and the switch waits for 300 ms', () => {
    const first = at(0);
    expect(first.actions).toEqual([{ kind: 'signal', slot: 'blue', revision: 'web-1', traffic: 'leaving' }]);
    expect(first.requeueAt).toBe(NOW + 300);
    expect(at(299, told)).toMatchObject({ actions: [], requeueAt: NOW + 300 });
    expect(kinds(at(300, told))).toEqual(['claim', 'fence']);
  });

  test('who takes over tells them again, and waits no longer than the first would have', () => {
    expect(kinds(at(10_000, { announced: toTime(NOW - 1000) }))).toEqual(['signal', 'claim', 'fence']);
  });

  test('a clock that was ahead holds up nothing', () => {
    expect(kinds(at(-5000))).toEqual(['signal', 'claim', 'fence']);
  });

  test('nobody is told where the old slot does not serve', () => {
    expect(kinds(at(0, filled({}, { ready: 0 })))).toEqual(['claim', 'fence']);
    const hijacked = { active: service('web', 'web-9'), preview: service('web-preview', 'web-2') };
    expect(kinds(at(0, { services: hijacked }))).not.toContain('signal');
  });

  test('they are told, too, at the end of an overlap', () => {
    const both = { ...service('web'), selector: { [LABEL_BLUEGREEN]: 'web' } };
    const services = { active: both, preview: service('web-preview', 'web-2') };
    expect(kinds(at(0, { services }))).toEqual(['signal']);
  });
});

test('when a switch is given up, the old pods are told that they go on serving', () => {
  const down = filled({ ready: 1 });
  const given = at(100, { ...down, ...told }).status;
  expect(given.step.name).toBe('Abandoning');
  const fence = given.slots.green?.claim;
  const services = { active: { ...service('web', 'web-1'), fence }, preview: service('web-preview', 'web-2') };
  const result = at(200, { ...down, services }, given);
  expect(result.actions).toEqual([{ kind: 'signal', slot: 'blue', revision: 'web-1', traffic: 'active' }]);
  expect(result.status.step.name).toBe('Scaling');
});
