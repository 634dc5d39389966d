import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findCondition } from '../../operator/api/conditions.ts';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import { BLUE_GREENS } from '../../operator/controllers/resources.ts';
import type { Director } from '../demo/director.ts';
import { MAX_OVERLAP_MS } from '../demo/summary.ts';
import { KINDS } from '../load/client.ts';
import { kubectl } from './command.ts';
import { NO_LOSS, type Running, Stage } from './stage.ts';

const stage = new Stage('releases');
let director: Director;
let start = 0;

beforeAll(async () => {
  await stage.open();
  director = stage.director();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

/** Who owns which field of the spec; the operator's part, the status, is left out. */
const ownersOf = ({ metadata }: BlueGreen): unknown =>
  metadata.managedFields?.filter(({ subresource }) => subresource === undefined);

describe('releases under load', () => {
  test('case 1: the first install goes straight to healthy', async () => {
    start = stage.now();
    const { status } = stage.subject.bluegreen;
    expect(status).toMatchObject({ active: status?.target, step: { name: 'Stable' }, replicas: 2 });
    expect(status?.history).toMatchObject([{ revision: status?.active, outcome: 'Promoted' }]);
    expect(await stage.greeting()).toBe('Hello');
  });

  test('case 38: kubectl wait and kubectl get bg tell the truth', async () => {
    const where = ['--namespace', stage.namespace, 'bluegreen/users'];
    expect(await kubectl(['wait', '--for=condition=Ready', '--timeout=10s', ...where], stage.signal)).toContain(
      'condition met',
    );
    const table = await kubectl(['get', 'bg', '--namespace', stage.namespace], stage.signal);
    expect(table.toUpperCase()).toMatch(/NAME +ACTIVE +TARGET +STEP +READY +AGE/);
    expect(table).toContain(stage.active);
  });

  test('a changed template goes live, and nothing is lost', async () => {
    const from = stage.now();
    await director.perform('code', stage.signal);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 29: a changed ConfigMap alone makes one release, and the service answers with it', async () => {
    const from = stage.now();
    const before = stage.subject.bluegreen.status?.history.length ?? 0;
    await director.perform('config', stage.signal);
    expect(await stage.greeting()).toContain('Hello from');
    expect(stage.subject.bluegreen.status?.history).toHaveLength(before + 1);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 3: a release whose pods crash never serves, and the reason is said', async () => {
    const from = stage.now();
    const { active } = stage;
    await director.perform('crash', stage.signal);
    const { status } = stage.subject.bluegreen;
    expect(status?.active).toBe(active);
    expect(status?.step.waitingFor).toMatch(/container users .*(CrashLoopBackOff|Error|exit)/);
    expect(findCondition(status?.conditions ?? [], 'Ready')?.status).toBe('False');
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 27: bad, then good: it ends where the last spec says', async () => {
    const from = stage.now();
    const { active } = stage;
    await director.perform('correct', stage.signal);
    expect(stage.active).toBe(active);
    expect(findCondition(stage.subject.bluegreen.status?.conditions ?? [], 'Ready')?.status).toBe('True');
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 14: a later rollback brings code and config back byte for byte', async () => {
    const from = stage.now();
    const before: Running = await stage.running();
    const greeting = await stage.greeting();
    await director.perform('config', stage.signal);
    expect(await stage.greeting()).not.toBe(greeting);
    await director.perform('rollback', stage.signal);
    expect(await stage.running()).toEqual(before);
    expect(await stage.greeting()).toBe(greeting);
    await director.perform('forward', stage.signal);
    expect(await stage.greeting()).not.toBe(greeting);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 13: a rollback within the retire time comes at once, without new pods', async () => {
    const from = stage.now();
    const podNames = async (): Promise<string[]> => {
      const selector = `relevo.dev/revision=${stage.active}`;
      const args = ['get', 'pods', '--namespace', stage.namespace, '--selector', selector, '--output=name'];
      return (await kubectl(args, stage.signal)).trim().split('\n').toSorted();
    };
    const before = await podNames();
    await director.perform('undo', stage.signal);
    expect(await podNames()).toEqual(before);
    expect(stage.figures(director).at(-1)?.applyToSwitchMs).toBeLessThan(2000);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('what was found in the beginning comes back whole, with the owners of every field', async () => {
    const from = stage.now();
    const { bluegreen: before } = stage.subject.original;
    await director.perform('restore', stage.signal);
    await stage.subject.restore(stage.signal);
    const after = await stage.objects.get<BlueGreen>(BLUE_GREENS, 'users');
    expect(after.spec).toEqual(before.spec);
    expect(ownersOf(after)).toEqual(ownersOf(before));
    expect(await stage.greeting()).toBe('Hello');
    await stage.release.upgrade({}, stage.signal, '--wait', '--timeout', '60s');
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('both releases answer side by side for less than a second, for both kinds of clients', async () => {
    const figures = stage.figures(director).filter(({ applyToSwitchMs }) => applyToSwitchMs !== undefined);
    expect(figures.length).toBeGreaterThanOrEqual(8);
    for (const kind of KINDS) {
      // The median, because a busy machine delays one or the other; without the signal to the pods of the old release
      // every client that keeps its connection stays there for the whole retire time.
      const overlaps = figures.map(({ overlapMs }) => overlapMs[kind] ?? 0).toSorted((one, other) => one - other);
      expect(overlaps[Math.floor(overlaps.length / 2)]).toBeLessThan(MAX_OVERLAP_MS);
    }
    expect(await stage.loss(start)).toEqual(NO_LOSS);
  });

  test('a release that crashed has never answered', () => {
    const crashed = director.records.find(({ act }) => act === 'crash')?.to;
    expect(crashed).toBeDefined();
    for (const kind of KINDS) {
      const answers = stage.load.traffic.answers(kind, { fromMs: 0, toMs: Infinity });
      expect(answers.size).toBeGreaterThan(3);
      expect([...answers.keys()]).not.toContain(crashed);
    }
  });
});
