import { describe, expect, test } from '@jest/globals';
import type { BlueGreenSpec, BlueGreenStatus } from '../../api/bluegreen.ts';
import { bothSelector, revisionSelector } from '../../api/names.ts';
import { plan } from '../plan.ts';
import { toTime } from '../time.ts';
import type { EndpointView, Plan, ServiceView, SlotView, Snapshot } from '../types.ts';
import { filled, kinds, NOW, release, service, sized, statusAt, world } from '../world.fixture.ts';

const spec: Partial<BlueGreenSpec> = { switch: { overlapSeconds: 10, retireAfterSeconds: 30 } };
const preview = service('web-preview', 'web-2');

/** The active Service selects both slots. */
const both: ServiceView = { ...service('web'), selector: bothSelector('web'), fence: '1' };
const listed: EndpointView[] = [
  { slot: 'blue', ready: true },
  { slot: 'green', ready: true },
];

const claimed: BlueGreenStatus['slots'] = {
  blue: { revision: 'web-1', replicas: 2, ready: 2 },
  green: { revision: 'web-2', replicas: 2, ready: 2, claim: '1' },
};
const overlapping = statusAt('Overlapping', { release, slots: claimed });

/** Both slots are selected; `target` and `old` are the slots of `web-2` and `web-1`. */
const selected = (target: Partial<SlotView> = {}, old: Partial<SlotView> = {}): Partial<Snapshot> => ({
  ...filled({ claim: '1', ...target }, old),
  services: { active: both, preview },
  endpoints: listed,
});

const next = (
  status: BlueGreenStatus,
  change: Partial<Snapshot> = selected(),
  specChange: Partial<BlueGreenSpec> = {},
  at = NOW,
): Plan => plan(world(status, change, { ...spec, ...specChange }), at);

const newest = (revision: string): Pick<Snapshot, 'desired'> => ({
  desired: { ...world(overlapping).desired, revision },
});

describe('an overlap', () => {
  test('is put on record, and made like a switch: claim, fence, selector', () => {
    const ready = next(statusAt('Filling', { release }), filled());
    expect(ready.status.step.name).toBe('Overlapping');
    expect(ready.status.slots.green?.claim).toBe('1');
    expect(ready.actions).toEqual([]);
    expect(kinds(next(ready.status, filled()))).toEqual(['claim', 'fence']);
    const fenced = { active: { ...service('web', 'web-1'), fence: '1' }, preview };
    const move = next(ready.status, { ...filled({ claim: '1' }), services: fenced });
    expect(move.actions).toEqual([
      { kind: 'select', role: 'active', service: 'web', selector: bothSelector('web'), resourceVersion: '5' },
    ]);
  });

  test('lasts its time from when the EndpointSlices list both slots, then the switch is put on record', () => {
    const early = next(overlapping, { ...selected(), endpoints: listed.slice(0, 1) });
    expect(early.status.step.deadline).toBeUndefined();
    const begun = next(early.status);
    expect(begun.status.step).toMatchObject({ name: 'Overlapping', deadline: toTime(NOW + 10_000) });
    expect(begun.actions).toEqual([]);
    expect(next(begun.status, selected(), {}, NOW + 9_999).status.step.name).toBe('Overlapping');
    const over = next(begun.status, selected(), {}, NOW + 10_000);
    expect(over.status).toMatchObject({ step: { name: 'Switching' }, active: 'web-1' });
    expect(over.status.slots.green?.claim).toBe('2');
    const services = { active: { ...both, fence: '2' }, preview };
    const move = next(over.status, { ...selected({ claim: '2' }), services });
    expect(move.actions).toContainEqual(
      expect.objectContaining({ kind: 'select', selector: revisionSelector('web', 'web-2') }),
    );
  });

  test('follows the size, and switches only to a whole slot', () => {
    const { status } = next(overlapping);
    const bigger = next(status, selected(), { replicas: 3 }, NOW + 10_000);
    expect(bigger.actions).toContainEqual(expect.objectContaining({ kind: 'scale', slot: 'green', replicas: 3 }));
    expect(bigger.actions).toContainEqual(expect.objectContaining({ kind: 'scale', slot: 'blue', replicas: 3 }));
    const growing = selected({ ...sized(3), ready: 2 }, sized(3));
    expect(next(status, growing, { replicas: 3 }, NOW + 10_000).status.step.name).toBe('Overlapping');
    expect(next(status, selected(sized(3), sized(3)), { replicas: 3 }, NOW + 10_000).status.step.name).toBe(
      'Switching',
    );
  });

  test('is given up when something else is asked for: fence first, then the active one alone', () => {
    const gone = next(overlapping, { ...selected(), ...newest('web-3') });
    expect(gone.status).toMatchObject({ step: { name: 'Abandoning' } });
    const { status } = gone;
    expect(kinds(next(status, { ...selected(), ...newest('web-3') }))).toEqual(['fence']);
    const fenced = { ...selected(), ...newest('web-3'), services: { active: { ...both, fence: '2' }, preview } };
    const claim = next(status, fenced);
    expect(claim.actions).toEqual([]);
    expect(claim.status).toMatchObject({ step: { name: 'Abandoning' }, slots: { blue: { claim: '3' } } });
    const active = { ...both, fence: '3' };
    const back = next(claim.status, {
      ...selected({}, { claim: '3' }),
      ...newest('web-3'),
      services: { active, preview },
    });
    expect(back.actions).toEqual([
      expect.objectContaining({ kind: 'select', role: 'active', selector: revisionSelector('web', 'web-1') }),
    ]);
    const services = { active: { ...service('web', 'web-1'), fence: '3' }, preview };
    const over = next(claim.status, { ...selected({}, { claim: '3' }), ...newest('web-3'), services });
    expect(over.status).toMatchObject({ step: { name: 'Waiting' }, release: { revision: 'web-3' } });
  });

  test('is given up when the target loses its pods', () => {
    expect(next(overlapping, selected({ ready: 0 })).status.step.name).toBe('Abandoning');
  });

  test.each<[string, Partial<SlotView>]>([
    ['down', { ready: 0 }],
    ['of another revision', { revision: 'web-0' }],
  ])('ends at once when the old slot is %s', (_, old) => {
    expect(next(overlapping, selected({}, old)).status.step.name).toBe('Switching');
  });

  test('is skipped when the old slot is down before it', () => {
    const result = next(statusAt('Filling', { release }), filled({}, { ready: 0 }));
    expect(result.status.step.name).toBe('Switching');
  });

  test('is made on the way back, too', () => {
    const step = { name: 'Retiring' as const, since: toTime(NOW), deadline: toTime(NOW + 30_000) };
    const status = statusAt('Retiring', { active: 'web-2', target: 'web-2', step });
    const services = { active: service('web', 'web-2'), preview };
    const result = next(status, { ...filled(), ...newest('web-1'), services });
    expect(result.status).toMatchObject({ step: { name: 'Overlapping' }, release: { revision: 'web-1' } });
  });

  test('is skipped when traffic leaves pods that are down', () => {
    const step = { name: 'Retiring' as const, since: toTime(NOW), deadline: toTime(NOW + 30_000) };
    const status = statusAt('Retiring', { active: 'web-2', target: 'web-2', step });
    const services = { active: service('web', 'web-2'), preview };
    const result = next(status, { ...filled({ ready: 0 }), services });
    expect(result.status).toMatchObject({ step: { name: 'Switching' }, release: { revision: 'web-1' } });
  });
});

describe('while the active Service selects both slots', () => {
  test('no slot is emptied', () => {
    const down = selected({}, { ready: 0 });
    const result = next(statusAt('Stable', { slots: claimed }), { ...down, ...newest('web-1') });
    expect(kinds(result)).not.toContain('scale');
  });

  test('no slot is filled', () => {
    const status = statusAt('Filling', { release: { ...release, revision: 'web-3' }, slots: claimed });
    const verdicts = { 'web-3': { accepted: true } as const };
    const result = next(status, { ...selected({}, { ready: 0 }), ...newest('web-3'), verdicts });
    expect(kinds(result)).not.toContain('fill');
  });

  test('a status that was lost is made anew from the slot that was chosen last', () => {
    const { active: _, release: __, ...lost } = statusAt('Stable', { release, slots: claimed });
    expect(next(lost).status.active).toBe('web-2');
    expect(next(lost, selected({ ready: 0 })).status.active).toBe('web-1');
    expect(kinds(next(lost))).not.toContain('signal');
  });

  test('a first release can still be filled', () => {
    const { active: _, ...first } = statusAt('Filling', { release, slots: {} });
    const verdicts = { 'web-2': { accepted: true } as const };
    const change = { services: { active: both, preview }, slots: {}, records: [], copies: [], verdicts };
    expect(kinds(next(first, change))).toContain('fill');
  });
});
