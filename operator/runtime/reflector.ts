import type { ApiClient } from './client.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';
import type { Resource } from './resource.ts';
import type { ChangeListener, Store, View } from './store.ts';

export interface ReflectorOptions<O, V extends View> {
  client: ApiClient;
  resource: Resource;
  /** Only this namespace. Default: all. */
  namespace?: string | undefined;
  labelSelector?: string;
  fieldSelector?: string;
  /** Turns an API object into the small view that is kept; undefined leaves the object out. */
  transform: (object: O) => V | undefined;
  store: Store<V>;
  /** Told of every change of the store, assumed ones included; the same as `store.subscribe`. */
  onChange?: ChangeListener<V>;
  log: Logger;
  clock?: Clock;
  /** Uniform in [0, 1). */
  random?: () => number;
}

/** Keeps a store equal to the objects of one resource on the server, for ever and through any failure. */
export class Reflector<O, V extends View> {
  /** Resolves when the first whole list is in the store. */
  readonly synced: Promise<void> = Promise.resolve();

  constructor(_options: ReflectorOptions<O, V>) {
    throw new Error('not yet');
  }

  /** Lists and watches until the signal aborts; then resolves. */
  run(_signal: AbortSignal): Promise<void> {
    throw new Error('not yet');
  }
}
