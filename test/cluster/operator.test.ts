import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { PODS } from '../../operator/controllers/resources.ts';
import { Objects } from '../api/objects.ts';
import { eventually } from '../api/eventually.ts';
import { killOperator, workingPod } from '../demo/operator-killer.ts';
import type { ReleaseRecord } from '../demo/release-record.ts';
import type { Act } from '../demo/scenario.ts';
import { MAX_OVERLAP_MS } from '../demo/summary.ts';
import { KINDS } from '../load/client.ts';
import { OPERATOR_NAMESPACE } from './operator.ts';
import { NO_LOSS, Stage } from './stage.ts';

const stage = new Stage('operator');
const operators = new Objects(stage.client, OPERATOR_NAMESPACE, stage.signal);
const where = { client: stage.client, namespace: OPERATOR_NAMESPACE };

beforeAll(async () => {
  await stage.open();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const readyOperators = async (): Promise<V1Pod[]> => {
  const pods = await operators.list<V1Pod>(PODS, 'app.kubernetes.io/name=relevo-operator');
  return pods.filter((pod) =>
    pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
};

/** Moments at which the operator dies, counted from the edit: early, while pods start, about the switch, after it. */
const MOMENTS: [act: Act, afterMs: number][] = [
  ['code', 150],
  ['config', 1200],
  ['code', 2500],
];

describe('the operator', () => {
  test.each(MOMENTS)(
    'case 35: killed in a %s release after %i ms, the release ends as the spec says',
    async (act, afterMs) => {
      const from = stage.now();
      await eventually('two operators', readyOperators, (pods) => pods.length === 2, 60_000);
      const before = stage.active;
      const disturb = async (record: ReleaseRecord, signal: AbortSignal): Promise<void> => {
        // Also if the release has ended by then, so that each test kills.
        await sleep(afterMs, undefined, { signal }).catch(() => undefined);
        if ((await killOperator(where, stage.signal)) !== undefined) record.kills++;
      };
      const director = stage.director({ disturb });
      await director.perform(act, stage.signal);
      expect(director.records[0]?.kills).toBe(1);
      expect(stage.active).not.toBe(before);
      expect(stage.subject.bluegreen.status).toMatchObject({ target: stage.active, step: { name: 'Stable' } });
      for (const { overlapMs } of stage.figures(director)) {
        for (const kind of KINDS) expect(overlapMs[kind] ?? 0).toBeLessThan(MAX_OVERLAP_MS);
      }
      expect(await stage.loss(from)).toEqual(NO_LOSS);
    },
  );

  test('case 36: the other replica takes over within the lease time', async () => {
    const from = stage.now();
    await eventually('two operators', readyOperators, (pods) => pods.length === 2, 60_000);
    const first = (await workingPod(where, stage.signal))?.metadata?.name;
    const killed = await killOperator(where, stage.signal);
    expect(killed).toBe(first);
    const killedAt = performance.now();
    await eventually(
      'another operator to work',
      () => workingPod(where, stage.signal),
      (pod) => pod !== undefined && pod.metadata?.name !== first,
      30_000,
    );
    // 15 s of lease, and the 2 s between two tries.
    expect(performance.now() - killedAt).toBeLessThan(20_000);
    await stage.director().perform('code', stage.signal);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });
});
