import { microTime } from './lease.ts';
import type { EventRecord, ObjectRef } from './event-record.ts';

/** The longest note that the API server takes, in bytes. */
const MAX_NOTE_BYTES = 1024;

/** Like events of one object: the first is created, the others only raise its count. */
export class EventSeries {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly #body: object;
  #count = 1;
  #sentCount = 0;
  #lastMs: number;

  /** @param name unique in the namespace */
  constructor(event: EventRecord, reporter: { controller: string; instance: string }, name: string, nowMs: number) {
    this.key = seriesKey(event);
    // Events of cluster-scoped objects live in namespace default.
    this.namespace = event.regarding.namespace === '' ? 'default' : event.regarding.namespace;
    this.name = name;
    this.#lastMs = nowMs;
    this.#body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: this.namespace, name },
      eventTime: microTime(nowMs),
      reportingController: reporter.controller,
      reportingInstance: reporter.instance,
      regarding: regarding(event.regarding),
      type: event.type,
      reason: event.reason,
      action: event.action,
      note: shorten(event.message),
    };
  }

  /** When it last happened, in ms since the epoch. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** It is not on the server yet. */
  get isNew(): boolean {
    return this.#sentCount === 0;
  }

  /** It has happened again since it was last sent. */
  get isDirty(): boolean {
    return this.#count > this.#sentCount;
  }

  /** It happened again. */
  repeat(nowMs: number): void {
    this.#count += 1;
    this.#lastMs = nowMs;
  }

  /** What to create. */
  body(): object {
    return this.#count === 1 ? this.#body : { ...this.#body, ...this.patch() };
  }

  /** What to merge into the one that is on the server. */
  patch(): object {
    return { series: { count: this.#count, lastObservedTime: microTime(this.#lastMs) } };
  }

  /** What has happened so far is on the server. */
  sent(): void {
    this.#sentCount = this.#count;
  }
}

/** What two events must have in common to be one series. */
export const seriesKey = ({ regarding: about, type, reason, action, message }: EventRecord): string =>
  JSON.stringify([about.kind, about.namespace, about.name, about.uid, type, reason, action, message]);

const regarding = ({ namespace, ...rest }: ObjectRef): object => (namespace === '' ? rest : { namespace, ...rest });

const shorten = (message: string): string => {
  const bytes = Buffer.from(message);
  if (bytes.length <= MAX_NOTE_BYTES) return message;
  // The cut may fall into a character; what is left of it becomes U+FFFD.
  return `${bytes
    .subarray(0, MAX_NOTE_BYTES - 3)
    .toString()
    .replace(/\uFFFD$/, '')}…`;
};
