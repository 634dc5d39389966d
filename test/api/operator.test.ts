import { expect, test } from '@jest/globals';
import type { Operator } from '../../operator/controllers/operator.ts';
import type { Resource } from '../../operator/runtime/resource.ts';
import { cutAtWrite, type CutMoment } from '../faults/fault.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { operatorWrites } from './audit.ts';
import type { Variation } from './blue-greens.ts';
import { always, eventually } from './eventually.ts';
import { startOperatorProcess } from './operator-process.ts';
import { isReady, sceneWithoutOperator, type Scene } from './scene.ts';
import { StandInPrometheus } from './stand-in-prometheus.ts';

const LEASES: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};

const withSettings: Variation = {
  retireAfterSeconds: 0,
  container: { envFrom: [{ configMapRef: { name: 'settings' } }] },
};

const untilAtRest = (it: Scene) => it.until('to be at rest', (bg) => isReady(bg) && bg.status.step.name === 'Stable');

/** How many reconciles an operator has finished. */
const reconciles = async ({ registry }: Operator): Promise<number> => {
  const metric = await registry.getSingleMetric('controller_runtime_reconcile_total')?.get();
  return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
};

test(
  'case 34: a restart without changes writes nothing',
  sceneWithoutOperator(async (it) => {
    await it.configure('settings', { GREETING: 'hello' });
    const first = await it.startOperator();
    await it.release({ ...withSettings, image: 'ready:v1' });
    await it.release({ ...withSettings, image: 'ready:v2' });
    await untilAtRest(it);
    // The last pods of the old release go a moment later, and status tells of them.
    await eventually(
      'the last pods to be gone and told',
      async () => ({ pods: await it.pods(), slot: (await it.blueGreen()).status?.slots.blue }),
      ({ pods, slot }) => pods.length === 2 && slot?.replicas === 0 && slot.ready === 0,
    );
    const writes = () => operatorWrites(it.environment.auditLog, it.namespace);
    await it.stopOperator(first);
    const before = await writes();
    expect(before).toContain('patch services/web');
    const second = await it.startOperator();
    await eventually(
      'the new operator to have looked',
      () => reconciles(second),
      (count) => count > 0,
    );
    await always('no write', writes, (now) => now.length === before.length, 2000);
  }),
);

/** A whole release with every gate, on a machine that does ten other things. */
const MOST_FINISH_MS = 120_000;

/** CI tries every write of a long release; elsewhere every third is enough to find what is broken. */
const STRIDE = process.env['CI'] === 'true' ? 1 : 3;

/**
 * Releases one image after another, the operator dying at the first write, then at the second (or a stride later), and
 * so on. Resolves to how many writes a release has, to within a stride.
 */
const dieAtEveryWrite = async (
  it: Scene,
  moment: CutMoment,
  { variation = withSettings, stride = 1 }: { variation?: Variation; stride?: number } = {},
): Promise<number> => {
  await it.configure('settings', { GREETING: '0' });
  const first = await it.startOperator();
  await it.release({ ...variation, image: 'ready:v0' });
  await untilAtRest(it);
  await it.stopOperator(first);
  for (let write = 1; ; write += stride) {
    const image = `ready:v${write}`;
    const proxy = await FaultProxy.start(it.environment.kubeconfigPath, { faults: cutAtWrite(write, moment) });
    const dying = await it.startOperator(proxy.connection);
    await dying.synced;
    const switches = it.selections.of('web').length;
    await it.configure('settings', { GREETING: String(write) });
    await it.apply({ ...variation, image });
    const finished = untilAtRest(it).then(
      ({ status }) => status.history[0]?.outcome === 'Promoted' && it.selections.of('web').length > switches,
      () => false,
    );
    const isDead = await Promise.race([proxy.cut.then(() => true), finished.then((done) => !done)]);
    await it.stopOperator(dying);
    proxy.stop();
    if (!isDead) return write - stride;

    const next = await it.startOperator();
    await it.serving(image, MOST_FINISH_MS);
    const { status } = await untilAtRest(it);
    await it.stopOperator(next);
    expect(await it.behind('web')).toEqual(new Set([image]));
    for (const pod of await it.podsBehind('web')) {
      expect(it.kubelet.contentOf(pod)).toEqual({ 'web.env.GREETING': String(write) });
    }
    // One switch, whoever made it; and one entry in the history.
    expect(it.selections.of('web').slice(switches)).toEqual([status.active]);
    expect(status.history.filter(({ revision }) => revision === status.active)).toMatchObject([
      { outcome: 'Promoted' },
    ]);
  }
};

// These take long and mostly wait, each in a namespace of its own.
test.concurrent.each<CutMoment>(['before', 'after'])(
  'case 35: killed %s any write of a release, the next operator finishes it with one switch',
  async (moment) => {
    await sceneWithoutOperator(async (it) => {
      // Copy, record, fill, preview, claim, select, retire, scale, and the status writes between them.
      expect(await dieAtEveryWrite(it, moment)).toBeGreaterThan(10);
    })();
  },
  600_000,
);

test.concurrent(
  'case 35: killed after any write of a release with every gate, the next operator finishes it with one switch',
  async () => {
    await using prometheus = await StandInPrometheus.open({ errors: 0 });
    const { address } = prometheus;
    const check = {
      name: 'errors',
      intervalSeconds: 1,
      prometheus: { address, query: 'errors', condition: 'value < 1' },
    };
    const checks = { before: [check], after: { windowSeconds: 0, checks: [check] } };
    const gated: Variation = { ...withSettings, previewReplicas: 1, overlapSeconds: 1, checks };
    await sceneWithoutOperator(async (it) => {
      // Beside those of a plain release: size, both checks and the overlap, each with its writes of status.
      expect(await dieAtEveryWrite(it, 'after', { variation: gated, stride: STRIDE })).toBeGreaterThan(20);
      const { status } = await untilAtRest(it);
      expect(status.checks?.results).toMatchObject([{ phase: 'Passed', passed: 1, failed: 0, inconclusive: 0 }]);
    })();
  },
  600_000,
);

test(
  'case 35: the process killed by SIGKILL in the middle of releases loses none',
  sceneWithoutOperator(async (it) => {
    const { kubeconfigPath } = it.environment;
    const start = async () => {
      // The dead one's Lease would hold for 15 s.
      await it.objects.delete(LEASES, 'relevo-operator').catch(() => undefined);
      return await startOperatorProcess(kubeconfigPath, it.namespace);
    };
    let operator = await start();
    try {
      await it.release({ ...withSettings, container: {}, image: 'ready:v0' });
      for (let round = 1; round <= 4; round += 1) {
        await it.apply({ ...withSettings, container: {}, image: `ready:v${round}` });
        // Another moment each time: when the target is seen, when pods are there, when the switch has begun.
        await it.until('to have begun', ({ status }) => status.release !== undefined || status.step.name !== 'Stable');
        if (round % 2 === 0)
          await eventually(
            'new pods',
            () => it.pods(),
            (pods) => pods.length > 2,
          );
        await operator.stop('SIGKILL');
        operator = await start();
        await it.serving(`ready:v${round}`);
      }
      expect(it.selections.of('web')).toHaveLength(5);
    } finally {
      await operator.stop();
    }
  }),
  300_000,
);

test(
  'case 36: of two operators one acts, and when its line is cut the other takes over',
  sceneWithoutOperator(async (it) => {
    const election = { namespace: it.namespace, leaseDurationMs: 6000, renewDeadlineMs: 4000, retryPeriodMs: 500 };
    const proxy = await FaultProxy.start(it.environment.kubeconfigPath);
    const leader = await it.startOperator(proxy.connection, election);
    await it.release({ image: 'ready:v1' });
    const standby = await it.startOperator(undefined, election);
    await standby.synced;
    await it.release({ image: 'ready:v2', retireAfterSeconds: 0 });
    expect(await reconciles(standby)).toBe(0);
    proxy.stop();
    await expect(leader.ended).rejects.toThrow('was not renewed');
    await it.release({ image: 'ready:v3', retireAfterSeconds: 0 });
    expect(await reconciles(standby)).toBeGreaterThan(0);
    expect(it.selections.of('web')).toHaveLength(3);
  }),
);
