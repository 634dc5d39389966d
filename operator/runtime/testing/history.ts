/** An object of the fake API server; strict about what the real one is strict about. */
export interface FakeObject {
  apiVersion?: string;
  kind?: string;
  metadata: { namespace?: string; name: string; uid: string; resourceVersion: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

/** One change in the history of a collection. */
export interface HistoryEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  key: string;
  object: FakeObject;
  version: number;
}

/** The history of all objects of one collection, as etcd keeps it: it can be replayed from any version not compacted. */
export class History {
  readonly events: HistoryEvent[] = [];
  /** Versions below this one are forgotten. */
  compacted = 0;

  /** The objects as they were at that version. */
  at(version: number): Map<string, FakeObject> {
    const state = new Map<string, FakeObject>();
    for (const event of this.events) {
      if (event.version > version) break;
      if (event.type === 'DELETED') state.delete(event.key);
      else state.set(event.key, event.object);
    }
    return state;
  }

  /** What happened after that version. */
  since(version: number): HistoryEvent[] {
    return this.events.filter((event) => event.version > version);
  }
}
