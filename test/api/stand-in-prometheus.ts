import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A value, no data at all, or no answer until `release`. */
export type PrometheusAnswer = number | 'no data' | 'hold';

/** A real HTTP server that answers queries as Prometheus does; a query is a key of `answers`. */
export class StandInPrometheus implements AsyncDisposable {
  answers: Record<string, PrometheusAnswer>;
  /** Every query that came, in order. */
  readonly asked: string[] = [];
  /** Queries whose asker has gone before it had an answer. */
  readonly given: string[] = [];
  readonly #held = new Map<ServerResponse, string>();
  readonly #server: Server;

  private constructor(answers: Record<string, PrometheusAnswer>) {
    this.answers = answers;
    this.#server = createServer((request, response) => {
      const query = new URL(request.url ?? '', 'http://prometheus').searchParams.get('query') ?? '';
      this.asked.push(query);
      this.#held.set(response, query);
      response.once('close', () => {
        if (this.#held.delete(response)) this.given.push(query);
      });
      this.#answer(response, this.answers[query] ?? 'no data');
    });
  }

  static async open(answers: Record<string, PrometheusAnswer>): Promise<StandInPrometheus> {
    const prometheus = new StandInPrometheus(answers);
    await new Promise<void>((resolve) => prometheus.#server.listen(0, '127.0.0.1', resolve));
    return prometheus;
  }

  get address(): string {
    const { port }: AddressInfo = Object(this.#server.address());
    return `http://127.0.0.1:${port}`;
  }

  /** How often a query came. */
  count(query: string): number {
    return this.asked.filter((one) => one === query).length;
  }

  /** From now on answers a query so, also those that wait. */
  set(query: string, answer: PrometheusAnswer): void {
    this.answers = { ...this.answers, [query]: answer };
    for (const [response, held] of this.#held) if (held === query) this.#answer(response, answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(response: ServerResponse, answer: PrometheusAnswer): void {
    if (answer === 'hold') return;
    this.#held.delete(response);
    const result = answer === 'no data' ? [] : [{ metric: {}, value: [0, String(answer)] }];
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  }
}
