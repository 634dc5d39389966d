import type { ConfigKind } from '../api/references.ts';
import { keyOf } from '../runtime/store.ts';
import type { Change, Store, View } from '../runtime/store.ts';
import type { Stores } from './stores.ts';
import type { CachedConfig } from './views/config.ts';

/**
 * Calls `enqueue` with the key of every BlueGreen that a change in the cluster may concern. The returned function ends
 * that.
 */
export const connectTriggers = (stores: Stores, enqueue: (key: string) => void): (() => void) => {
  const { blueGreens, slots, services, endpointSlices, configMaps, secrets, records } = stores;
  const naming = (index: string, key: string): string[] => blueGreens.byIndex(index, key).map(keyOf);
  const concerned = (kind: ConfigKind, { namespace, name, isCopy, owners }: CachedConfig): string[] => [
    ...naming(kind, keyOf({ namespace, name })),
    ...(isCopy ? owners.map((owner) => keyOf({ namespace, name: owner.name })) : []),
  ];
  const connections = [
    on(blueGreens, (view) => [keyOf(view)]),
    on(slots, ({ namespace, bluegreen }) => [keyOf({ namespace, name: bluegreen })]),
    on(records, ({ namespace, bluegreen }) => [keyOf({ namespace, name: bluegreen })]),
    on(services, (view) => naming('service', keyOf(view))),
    on(endpointSlices, ({ namespace, service }) => naming('service', keyOf({ namespace, name: service }))),
    on(configMaps, (view) => concerned('ConfigMap', view)),
    on(secrets, (view) => concerned('Secret', view)),
  ];
  return () => {
    for (const disconnect of connections) disconnect();
  };

  function on<V extends View>(store: Store<V>, keysFor: (view: V) => string[]): () => void {
    return store.subscribe((change: Change<V>) => {
      // Both sides: a thing that changes hands concerns its old owner too.
      const keys = [change.old, change.new].filter((view) => view !== undefined).flatMap(keysFor);
      for (const key of new Set(keys)) enqueue(key);
    });
  }
};
