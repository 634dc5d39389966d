import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { V1Lease } from '@kubernetes/client-node';
import { LABEL_REVISION } from '../../operator/api/names.ts';
import { systemClock, type Clock } from '../../operator/runtime/clock.ts';
import type { Resource } from '../../operator/runtime/resource.ts';
import type { ProxiedRequest } from '../faults/fault.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { always, eventually } from './eventually.ts';
import { startOperatorProcess } from './operator-process.ts';
import { isReady, sceneWithoutOperator, type Scene } from './scene.ts';

const LEASES: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};
const LEASE = 'relevo-operator';

const holderOf = async (it: Scene): Promise<string> =>
  (await it.objects.find<V1Lease>(LEASES, LEASE))?.spec?.holderIdentity ?? '';

const electionIn = ({ namespace }: Scene) => ({
  namespace,
  leaseDurationMs: 6000,
  renewDeadlineMs: 4000,
  retryPeriodMs: 500,
});

const untilAtRest = (it: Scene) => it.until('to be at rest', (bg) => isReady(bg) && bg.status.step.name === 'Stable');

/** A test body with a way to the API server through a proxy that does nothing but count, for each operator. */
const sceneWithProxies = (body: (it: Scene, proxy: () => Promise<FaultProxy>) => Promise<void>) =>
  sceneWithoutOperator(async (it) => {
    const proxies: FaultProxy[] = [];
    const start = async (): Promise<FaultProxy> => {
      const proxy = await FaultProxy.start(it.environment.kubeconfigPath);
      proxies.push(proxy);
      return proxy;
    };
    try {
      await body(it, start);
    } finally {
      for (const proxy of proxies) proxy.stop();
    }
  });

test.concurrent(
  'case 36: a leader whose lease is taken by somebody else ends in the middle of a release, and writes nothing any more',
  async () => {
    await sceneWithProxies(async (it, start) => {
      const proxy = await start();
      const deposed = await it.startOperator(proxy.connection, electionIn(it));
      const first = await it.release({ image: 'ready:v1' });
      await it.apply({ image: 'ready:v2', soakSeconds: 4, retireAfterSeconds: 0 });
      await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');

      await it.objects.patch(LEASES, LEASE, { spec: { holderIdentity: 'somebody-else', leaseDurationSeconds: 6 } });
      await expect(deposed.ended).rejects.toThrow('is held by somebody-else');
      const { length } = proxy.writes;
      await always(
        'no write of the deposed leader, nor the switch that was due',
        async () => ({ writes: proxy.writes.length, selected: it.selections.of('web') }),
        ({ writes, selected }) => writes === length && selected.length === 1,
        5000,
      );

      // Whoever took it never comes back: when the lease has ended, the next one finishes what was begun.
      await it.startOperator((await start()).connection, electionIn(it));
      const { status } = await it.serving('ready:v2');
      expect(it.selections.of('web')).toEqual([first.status.active, status.active]);
    })();
  },
);

test.concurrent('case 36: a leader whose lease is deleted makes it anew and goes on', async () => {
  await sceneWithProxies(async (it, start) => {
    const leader = await it.startOperator((await start()).connection, electionIn(it));
    const first = await it.release({ image: 'ready:v1' });
    const holder = await holderOf(it);
    await it.apply({ image: 'ready:v2', soakSeconds: 3, retireAfterSeconds: 0 });
    await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    await it.objects.delete(LEASES, LEASE);
    await eventually(
      'the lease to be there again',
      () => holderOf(it),
      (found) => found === holder,
    );
    const { status } = await it.serving('ready:v2');
    expect(it.selections.of('web')).toEqual([first.status.active, status.active]);
    await it.stopOperator(leader);
    expect(await holderOf(it)).toBe('');
  })();
});

/** A wall clock that somebody sets; what is measured goes on. */
class JumpingClock implements Clock {
  offsetMs = 0;

  now(): number {
    return systemClock.now() + this.offsetMs;
  }

  elapsed(): number {
    return systemClock.elapsed();
  }

  after(ms: number, run: () => void): () => void {
    return systemClock.after(ms, run);
  }
}

const HOUR_MS = 3_600_000;

test.concurrent(
  'case 36: clocks that jump by an hour, of the leader or of the other, depose nobody and make no second switch',
  async () => {
    await sceneWithProxies(async (it, start) => {
      const [leaders, others] = [new JumpingClock(), new JumpingClock()];
      const leader = await it.startOperator((await start()).connection, electionIn(it), { clock: leaders });
      const served = [(await it.release({ image: 'ready:v1' })).status.active];
      const holder = await holderOf(it);
      const other = await it.startOperator((await start()).connection, electionIn(it), { clock: others });
      await other.synced;
      for (const [image, offsetMs] of [
        ['ready:v2', HOUR_MS],
        ['ready:v3', -HOUR_MS],
      ] as const) {
        await it.apply({ image, retireAfterSeconds: 0 });
        await it.until(
          'to have begun',
          ({ status }) => status.release !== undefined || status.active !== served.at(-1),
        );
        leaders.offsetMs = offsetMs;
        others.offsetMs = -offsetMs;
        served.push((await it.serving(image)).status.active);
        await untilAtRest(it);
      }
      // Longer than the lease lasts, if anybody took the times in it at their word.
      await always(
        'the same leader',
        () => holderOf(it),
        (found) => found === holder,
        electionIn(it).leaseDurationMs + 1000,
      );
      expect(it.selections.of('web')).toEqual(served);
      await it.stopOperator(leader);
    })();
  },
);

/** A kubeconfig that leads through a proxy. */
const kubeconfigOf = ({ url }: FaultProxy): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'proxy',
    clusters: [{ name: 'proxy', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'proxy', user: {} }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
  });

/** Whether a write points the Service `web` at a revision. */
const isSwitch = ({ method, url, body }: ProxiedRequest): boolean =>
  method === 'PATCH' && /\/services\/web\?/.test(url) && body.includes(LABEL_REVISION);

test.concurrent(
  'case 36: a leader that is frozen at its switch until another has taken over and gone on writes nothing when it thaws',
  async () => {
    await sceneWithProxies(async (it, start) => {
      const dir = await mkdtemp(join(tmpdir(), 'relevo-lease-'));
      let switches = 0;
      const { promise: frozen, resolve: onFrozen } = Promise.withResolvers<void>();
      const proxy = await FaultProxy.start(it.environment.kubeconfigPath, {
        witness: async (request) => {
          if (!isSwitch(request)) return;
          switches += 1;
          if (switches !== 2) return;
          // The second switch is carried out, and its answer waits for whoever is frozen.
          process.kill(leader.child.pid, 'SIGSTOP');
          onFrozen();
        },
      });
      await writeFile(join(dir, 'kubeconfig'), kubeconfigOf(proxy));
      const leader = await startOperatorProcess(join(dir, 'kubeconfig'), it.namespace);
      try {
        const first = await it.release({ image: 'ready:v1' });
        await it.apply({ image: 'ready:v2', retireAfterSeconds: 0 });
        await frozen;
        await it.startOperator((await start()).connection, { namespace: it.namespace });
        const second = await it.serving('ready:v2', 60_000);
        await untilAtRest(it);
        const third = await it.release({ image: 'ready:v3', retireAfterSeconds: 0 });
        await untilAtRest(it);
        const before = [...proxy.writes];

        process.kill(leader.child.pid, 'SIGCONT');
        await leader.child.exited;
        expect(proxy.writes).toEqual(before);
        expect(it.selections.of('web')).toEqual([first.status.active, second.status.active, third.status.active]);
        expect(await it.behind('web')).toEqual(new Set(['ready:v3']));
      } finally {
        await leader.stop();
        proxy.stop();
        await rm(dir, { recursive: true, force: true });
      }
    })();
  },
);
