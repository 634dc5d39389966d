import type { ApiClient } from './client.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

/** The object that an event is about. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  /** Empty for cluster-scoped objects; their events go to namespace `default`. */
  namespace: string;
  name: string;
  uid?: string | undefined;
  resourceVersion?: string | undefined;
}

/** What happened, in words for people. */
export interface EventRecord {
  regarding: ObjectRef;
  type: 'Normal' | 'Warning';
  /** Why, as one CamelCase word. */
  reason: string;
  /** What was done, as one CamelCase word. */
  action: string;
  message: string;
}

export interface EventRecorderOptions {
  client: ApiClient;
  /** For example `relevo.dev/operator`. */
  controller: string;
  /** For example the pod's name. */
  instance: string;
  log: Logger;
  clock?: Clock;
}

/** Writes events.k8s.io/v1 Events in the background. Nothing may depend on them: they are dropped under pressure. */
export class EventRecorder {
  constructor(_options: EventRecorderOptions) {
    throw new Error('not yet');
  }

  /** Returns at once and never throws. */
  record(_event: EventRecord): void {}

  /** Sends what is recorded until the signal aborts, then what is left within a second. */
  run(_signal: AbortSignal): Promise<void> {
    throw new Error('not yet');
  }
}
