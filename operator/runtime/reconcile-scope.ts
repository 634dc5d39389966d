import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** One run of a reconcile. */
interface Run {
  id: string;
  requests: number;
}

/**
 * Gives each run of a reconcile an id that everything done in it can ask for, however deep: log lines carry it as
 * `reconcileId` (the name that controller-runtime uses), requests to the API server as the first part of their audit id.
 */
export class ReconcileScope {
  readonly #runs = new AsyncLocalStorage<Run>();

  /** Runs the function, and all that it sets off, under a new id. */
  run<T>(body: () => T): T {
    return this.#runs.run({ id: randomUUID(), requests: 0 }, body);
  }

  /** What is added to the log lines of the present run. */
  readonly fields = (): { reconcileId?: string } => {
    const run = this.#runs.getStore();
    return run === undefined ? {} : { reconcileId: run.id };
  };

  /**
   * The id under which the API server is to audit the next request of the present run. The server takes it from the
   * header Audit-ID (at most 64 characters) and answers with it.
   */
  readonly nextAuditId = (): string | undefined => {
    const run = this.#runs.getStore();
    if (run === undefined) return undefined;
    run.requests += 1;
    return `${run.id}.${run.requests}`;
  };
}
