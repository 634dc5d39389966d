import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localInstance } from '../../k8s/local/node/node.ts';
import { killOperator } from '../demo/operator-killer.ts';
import type { ReleaseRecord } from '../demo/release-record.ts';
import type { Act } from '../demo/scenario.ts';
import { killPart, type PartName } from '../faults/kill-part.ts';
import { seededRandom } from '../faults/random.ts';
import { OPERATOR_NAMESPACE } from './operator.ts';
import { NO_LOSS, Stage } from './stage.ts';
import { TEST_NODE } from './test-node.ts';

/** The moments are other ones in each run; this one's can be had again by the variable. */
const SEED = Number(process.env['RELEVO_TEST_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const random = seededRandom(SEED);

/** After the edit is made, and not later than a release takes. */
const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 4000;

type Victim = PartName | 'operator';

/** What is killed in a release, and how long after the edit. */
interface Disaster {
  act: Act;
  victims: Victim[];
  delaysMs: number[];
}

const disaster = (act: Act, ...victims: Victim[]): Disaster => ({
  act,
  victims,
  delaysMs: victims.map(() => Math.round(MIN_DELAY_MS + random() * (MAX_DELAY_MS - MIN_DELAY_MS))),
});

const DISASTERS: Disaster[] = [
  disaster('code', 'kube-apiserver'),
  disaster('config', 'etcd'),
  // The operator first: who it is, is asked of the API server.
  { ...disaster('code', 'operator', 'etcd', 'kube-apiserver'), delaysMs: [MIN_DELAY_MS, 1500, 2500] },
];

const stage = new Stage('disasters');
const where = { client: stage.client, namespace: OPERATOR_NAMESPACE };

beforeAll(async () => {
  await stage.open();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const kill = async (victim: Victim, record: ReleaseRecord, afterMs: number, ended: AbortSignal): Promise<void> => {
  // Also if the release has ended by then, so that each test kills.
  await sleep(afterMs, undefined, { signal: ended }).catch(() => undefined);
  if (victim === 'operator') await killOperator(where, stage.signal);
  else await killPart(localInstance(TEST_NODE), victim, stage.signal);
  record.kills += 1;
};

describe(`disasters under load (seed ${SEED})`, () => {
  test.each(DISASTERS)(
    'in a $act release $victims killed by SIGKILL $delaysMs ms after the edit: the node brings them back, no request fails, and the release ends as the spec says with one switch',
    async ({ act, victims, delaysMs }) => {
      const from = stage.now();
      const before = stage.active;
      const disturb = async (record: ReleaseRecord, ended: AbortSignal): Promise<void> => {
        await Promise.all(victims.map((victim, i) => kill(victim, record, delaysMs[i] ?? 0, ended)));
      };
      const director = stage.director({ disturb });
      await director.perform(act, stage.signal);
      expect(director.records[0]?.kills).toBe(victims.length);

      const after = await stage.atRest();
      expect(after).not.toBe(before);
      expect(stage.subject.selectedSince(from)).toEqual([after]);
      const { status } = stage.subject.bluegreen;
      expect(status?.history.filter(({ revision }) => revision === after)).toMatchObject([{ outcome: 'Promoted' }]);
      expect(await stage.loss(from)).toEqual(NO_LOSS);
    },
  );
});
