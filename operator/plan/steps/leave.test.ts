import { describe, expect, test } from '@jest/globals';
import { findCondition } from '../../api/conditions.ts';
import { plan } from '../plan.ts';
import { toTime } from '../time.ts';
import type { Plan, SlotView, Snapshot } from '../types.ts';
import { filled, kinds, NOW, release, service, sized, slotView, statusAt, world } from '../world.fixture.ts';

const services = { active: service('web', 'web-2'), preview: service('web-preview', 'web-2') };
const retiring = statusAt('Retiring', {
  active: 'web-2',
  target: 'web-2',
  step: { name: 'Retiring', since: toTime(NOW), deadline: toTime(NOW + 30_000) },
});

/** `web-2` serves and has lost all its pods; `old` is what the slot of `web-1` is like. */
const down = (old: Partial<SlotView> = {}): Partial<Snapshot> => ({
  ...filled({ ready: 0 }, old),
  services,
  endpoints: [],
});

const stalled = (result: Plan): string | undefined => {
  const condition = findCondition(result.status.conditions, 'Stalled');
  return condition?.status === 'True' ? `${condition.reason}: ${condition.message}` : undefined;
};

describe('a revision that has lost every pod after the switch', () => {
  test('is left at once while the old slot is whole', () => {
    const result = plan(world(retiring, down()), NOW);
    expect(result.status).toMatchObject({
      step: { name: 'Switching' },
      release: { revision: 'web-1', rollback: true },
    });
    expect(stalled(result)).toBeUndefined();
  });

  test.each<[string, Partial<SlotView>]>([
    ['down, too', { ready: 0 }],
    ['not whole', { ready: 1 }],
    ['empty', sized(0)],
    ['of another revision than before', { revision: 'web-0', ready: 1 }],
  ])('keeps the traffic while the old slot is %s, and status says so', (_, old) => {
    const result = plan(world(retiring, down(old)), NOW);
    expect(result.status).toMatchObject({ step: { name: 'Retiring' }, active: 'web-2' });
    expect(kinds(result)).not.toContain('select');
    expect(stalled(result)).toBe(
      'NothingWhole: no pod of slot green is ready, and slot blue is not whole either; traffic stays with web-2 until one of them is',
    );
  });

  test('keeps the traffic when the old slot is gone', () => {
    const slots = { green: slotView('green', 'web-2', { ready: 0 }) };
    expect(stalled(plan(world(retiring, { ...down(), slots }), NOW))).toMatch(/^NothingWhole: /u);
  });

  test('keeps it also before the switch is confirmed', () => {
    const claimed = { green: { revision: 'web-2', replicas: 2, ready: 2, claim: '1' } };
    const status = statusAt('Switching', { release, slots: claimed });
    const change = { ...filled({ ready: 0, claim: '1' }, { ready: 0 }), services, endpoints: [] };
    const result = plan(world(status, change), NOW);
    expect(result.status.step.name).toBe('Switching');
    expect(stalled(result)).toMatch(/^NothingWhole: /u);
  });

  test('is left as soon as the old slot is whole again', () => {
    const { status } = plan(world(retiring, down({ ready: 1 })), NOW);
    const result = plan(world(status, down()), NOW);
    expect(result.status.step.name).toBe('Switching');
    expect(stalled(result)).toBeUndefined();
  });
});
