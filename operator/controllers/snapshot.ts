import { SLOTS, deploymentName } from '../api/names.ts';
import type { Slot } from '../api/names.ts';
import type { CopyView, MeasurementView, PodView, SlotView, Snapshot } from '../plan/types.ts';
import type { ConfigSource, ConfigSources } from './config-sources.ts';
import { desiredOf } from './desired.ts';
import type { Memory } from './memory.ts';
import type { Stores } from './stores.ts';
import type { CachedBlueGreen } from './views/blue-green.ts';
import { endpointsOf } from './views/endpoint-slice.ts';
import { slotFor } from './views/slot.ts';

/** What is known beside the caches. */
export interface Known {
  configs: ConfigSources;
  memory: Memory;
  measurements: MeasurementView[];
  /** Pods that were read live to explain a stall. */
  pods?: PodView[] | undefined;
  now: number;
}

/** All that plan may know about a BlueGreen, from the caches. */
export const takeSnapshot = (stores: Stores, bluegreen: CachedBlueGreen, known: Known): Snapshot => {
  const { configs, memory, measurements, pods, now } = known;
  const { namespace, name, uid, spec } = bluegreen;
  const key = (of: string): string => `${namespace}/${of}`;
  const slotView = (slot: Slot): SlotView | undefined => {
    const cached = stores.slots.get(key(deploymentName(name, slot)));
    return cached === undefined ? memory.foreign[slot] : slotFor(cached, uid);
  };
  const { active, preview } = spec.services;
  return {
    bluegreen,
    desired: desiredOf(stores, configs, bluegreen),
    services: {
      active: stores.services.get(key(active)),
      preview: preview === undefined ? undefined : stores.services.get(key(preview)),
    },
    slots: Object.fromEntries(
      SLOTS.map((slot) => [slot, slotView(slot)] as const).filter(([, view]) => view !== undefined),
    ),
    endpoints: endpointsOf(stores.endpointSlices.byIndex('service', key(active)), name),
    records: stores.records
      .byIndex('bluegreen', key(name))
      .filter(({ controller }) => controller === undefined || controller === uid),
    copies: [configs.ConfigMap, configs.Secret].flatMap((source) =>
      source === undefined ? [] : copiesOf(source, uid),
    ),
    pods,
    verdicts: memory.verdicts.at(now),
    measurements,
    announced: memory.announced,
  };
};

/** The config copies of one kind of which that BlueGreen is an owner. */
const copiesOf = ({ kind, store }: ConfigSource, uid: string): CopyView[] =>
  store
    .byIndex('owner', uid)
    .filter(({ deleting }) => !deleting)
    .map(({ name, resourceVersion }) => ({ kind, name, resourceVersion }));
