import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import type { CheckVerdict } from '../../api/checks.ts';
import type { Action, MeasurementView } from '../types.ts';
import { toTime } from '../time.ts';

type Order = Extract<Action, { kind: 'measure' }>;

/** A measurement that has just ended. */
export interface Ended {
  id: string;
  verdict: CheckVerdict;
}

/** The measurements that one process makes, as the shell's runner holds them: in memory alone. */
export class Measuring {
  readonly #orders = new Map<string, Order>();
  readonly #views = new Map<string, MeasurementView>();

  get views(): MeasurementView[] {
    return [...this.#views.values()];
  }

  /** Whether it was begun: one that runs or has ended is not begun again. */
  begin(order: Order): boolean {
    if (this.#views.has(order.id)) return false;
    this.#orders.set(order.id, order);
    this.#views.set(order.id, { id: order.id, state: 'running' });
    return true;
  }

  /** Forgets what status knows the end of, and calls off what it no longer asks for. */
  retain(status: BlueGreenStatus | undefined): void {
    if (this.#views.size === 0) return;
    const checks = status?.release?.revision === status?.checks?.revision ? status?.checks : undefined;
    const open = new Set(
      checks?.results.map(
        ({ name, passed, failed, inconclusive }) =>
          `${checks.run}/${checks.stage}/${name}/${passed + failed + inconclusive}`,
      ),
    );
    for (const id of this.#views.keys()) if (!open.has(id)) this.#views.delete(id);
  }

  /** Ends the oldest measurement that runs. */
  end(now: number, verdictOf: (order: Order) => CheckVerdict): Ended | undefined {
    const id = [...this.#views.values()].find(({ state }) => state === 'running')?.id;
    const order = this.#orders.get(id ?? '');
    if (order === undefined) return undefined;
    const ended = { id: order.id, verdict: verdictOf(order) };
    this.#views.set(order.id, { ...ended, state: 'done', message: `it is a ${ended.verdict}`, at: toTime(now) });
    return ended;
  }
}
