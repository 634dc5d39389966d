import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { BlueGreenStatus } from '../api/bluegreen.ts';
import { findCondition } from '../api/conditions.ts';
import type { Store } from '../runtime/store.ts';
import type { CachedBlueGreen } from './views/blue-green.ts';

const SWITCH_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What the operator counts about releases. One per registry. */
export class ReleaseMetrics {
  readonly switches;
  readonly switchSeconds;
  readonly releases;

  constructor(registry: Registry, blueGreens: Store<CachedBlueGreen>) {
    const registers = [registry];
    this.switches = new Counter({
      name: 'relevo_switches_total',
      help: 'Writes of an active Service that moved its traffic.',
      registers,
    });
    this.switchSeconds = new Histogram({
      name: 'relevo_switch_seconds',
      help: 'From the write of the active Service to its EndpointSlices listing the new slot alone.',
      buckets: SWITCH_BUCKETS,
      registers,
    });
    this.releases = new Counter({
      name: 'relevo_releases_total',
      help: 'Ended releases by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    });
    // Collected from the cache, so that nothing is left of an object that is gone.
    const info = new Gauge({
      name: 'relevo_bluegreen_info',
      help: 'Always 1: which revision serves, which is asked for, and the step between them.',
      labelNames: ['namespace', 'name', 'step', 'active', 'target'] as const,
      registers,
      collect() {
        info.reset();
        for (const { namespace, name, status } of blueGreens.list()) {
          const { active = '', target = '', step } = status ?? {};
          info.set({ namespace, name, step: step?.name ?? '', active, target }, 1);
        }
      },
    });
    const stalled = new Gauge({
      name: 'relevo_bluegreen_stalled',
      help: '1 while nothing moves until somebody changes something.',
      labelNames: ['namespace', 'name'] as const,
      registers,
      collect() {
        stalled.reset();
        for (const { namespace, name, status } of blueGreens.list()) {
          const condition = findCondition(status?.conditions ?? [], 'Stalled');
          stalled.set({ namespace, name }, condition?.status === 'True' ? 1 : 0);
        }
      },
    });
  }

  /** Counts the releases that ended between two statuses of one object. */
  countEnded(before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    const known = new Set(before?.history.map(({ revision, endedAt }) => `${revision} ${endedAt}`));
    for (const { revision, endedAt, outcome } of after.history) {
      if (!known.has(`${revision} ${endedAt}`)) this.releases.inc({ outcome });
    }
  }
}
