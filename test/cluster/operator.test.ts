import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { PODS } from '../../operator/controllers/resources.ts';
import { Objects } from '../api/objects.ts';
import { eventually } from '../api/eventually.ts';
import { killOperator, leaseHolder } from '../demo/operator-killer.ts';
import type { ReleaseRecord } from '../demo/release-record.ts';
import type { Act } from '../demo/scenario.ts';
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

/** 15 s of lease, 2 s between two tries, and room for a busy machine. */
const TAKE_OVER_MS = 22_000;

/** Moments at which the operator dies, counted from the edit: early, while pods start, about the switch, after it. */
const MOMENTS: [act: Act, afterMs: number][] = [
  ['code', 150],
  ['config', 1200],
  ['code', 2500],
];

describe('the operator', () => {
  test.each(MOMENTS)(
    'case 35, case 36: killed in a %s release after %i ms, the other replica takes over and the release ends as the spec says',
    async (act, afterMs) => {
      const from = stage.now();
      await eventually('two operators', readyOperators, (pods) => pods.length === 2, 60_000);
      const before = stage.active;
      let takeOverMs = Infinity;
      const disturb = async (record: ReleaseRecord, signal: AbortSignal): Promise<void> => {
        // Also if the release has ended by then, so that each test kills.
        await sleep(afterMs, undefined, { signal }).catch(() => undefined);
        const holder = await leaseHolder(where, stage.signal);
        if ((await killOperator(where, stage.signal)) !== undefined) record.kills++;
        const killedAt = performance.now();
        await eventually(
          'another operator to hold the lease',
          () => leaseHolder(where, stage.signal),
          (other) => other !== undefined && other !== holder,
          TAKE_OVER_MS * 2,
        );
        takeOverMs = performance.now() - killedAt;
      };
      const director = stage.director({ disturb });
      await director.perform(act, stage.signal);
      expect(director.records[0]?.kills).toBe(1);
      expect(takeOverMs).toBeLessThan(TAKE_OVER_MS);
      expect(stage.active).not.toBe(before);
      expect(stage.subject.bluegreen.status).toMatchObject({ target: stage.active, step: { name: 'Stable' } });
      expect(await stage.loss(from)).toEqual(NO_LOSS);
    },
  );
});
