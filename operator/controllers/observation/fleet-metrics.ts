import type { Registry } from 'prom-client';
import { findCondition } from '../../api/conditions.ts';
import { Meter } from '../../runtime/meter.ts';
import type { Store } from '../../runtime/store.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';

/** What {@link addFleetMetrics} reads. */
export interface FleetMetricsOptions {
  registry: Registry;
  blueGreens: Store<CachedBlueGreen>;
  /** Only the process that leads tells of the fleet, so that a sum over replicas is right. */
  isLeading: () => boolean;
}

/**
 * Gauges about all BlueGreens, read off the cache, so that nothing is left of an object that is gone.
 *
 * Only what is stalled has a series of its own: series by object would grow with the cluster, and with labels such as
 * revisions also with every release, and a person is to look at stalled objects anyway. What one BlueGreen is about is
 * in its status.
 */
export const addFleetMetrics = ({ registry, blueGreens, isLeading }: FleetMetricsOptions): void => {
  const meter = new Meter(registry);
  const list = (): CachedBlueGreen[] => (isLeading() ? blueGreens.list() : []);
  meter.gauge(
    { name: 'relevo_bluegreens', help: 'BlueGreens by the step that they are in.', labels: ['step'] },
    (gauge) => {
      gauge.reset();
      for (const { status } of list()) gauge.inc({ step: status?.step.name ?? 'Unseen' });
    },
  );
  meter.gauge(
    {
      name: 'relevo_bluegreen_stalled',
      help: '1 for each BlueGreen in which nothing moves until somebody changes something.',
      labels: ['namespace', 'name', 'reason'],
    },
    (gauge) => {
      gauge.reset();
      for (const { namespace, name, status } of list()) {
        const stalled = findCondition(status?.conditions ?? [], 'Stalled');
        if (stalled?.status === 'True') gauge.set({ namespace, name, reason: stalled.reason }, 1);
      }
    },
  );
};
