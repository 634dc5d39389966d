import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** A metric's name, what it tells, and the labels that it has. */
export interface MetricDescription<L extends string> {
  name: string;
  help: string;
  labels?: readonly L[];
}

/** Makes metrics in one registry. */
export class Meter {
  readonly #registers: Registry[];

  constructor(registry: Registry) {
    this.#registers = [registry];
  }

  /** A count of what has happened; its name ends in `_total`. */
  counter<const L extends string = never>(description: MetricDescription<L>): Counter<L> {
    return new Counter(this.#configuration(description));
  }

  /** A value as it is now; `collect` sets it just before it is read. */
  gauge<const L extends string = never>(
    description: MetricDescription<L>,
    collect?: (gauge: Gauge<L>) => void,
  ): Gauge<L> {
    const gauge: Gauge<L> = new Gauge({
      ...this.#configuration(description),
      ...(collect === undefined ? {} : { collect: () => collect(gauge) }),
    });
    return gauge;
  }

  /** How values are spread; `buckets` are upper bounds. */
  histogram<const L extends string = never>(
    description: MetricDescription<L> & { buckets: readonly number[] },
  ): Histogram<L> {
    return new Histogram({ ...this.#configuration(description), buckets: [...description.buckets] });
  }

  #configuration<L extends string>({ name, help, labels = [] }: MetricDescription<L>) {
    return { name, help, labelNames: [...labels], registers: this.#registers };
  }
}
