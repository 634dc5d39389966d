import type { V1Pod } from '@kubernetes/client-node';
import type { CheckClock } from './deadline.ts';
import type { Subject } from './subject.ts';

/** The release that the tests of this folder look at. */
export const subject: Subject = {
  namespace: 'shop',
  bluegreen: 'users',
  uid: 'uid-1',
  stage: 'Before',
  slot: 'green',
  revision: 'users-5f7c9d2b41',
  id: 'run-1/Before/answers/0',
};

/** The library declares the API's types as classes; what the API server sends is plain data. */
export type Plain<T> = { [K in keyof T]: T[K] };

/** A pod of that release that answers on loopback. */
export const podAt = (name: string, port: number, { ready = true, address = '127.0.0.1' } = {}): Plain<V1Pod> => ({
  metadata: { name },
  spec: { containers: [{ name: 'web', ports: [{ name: 'http', containerPort: port }] }] },
  status: { podIP: address, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

/** A clock that stands still until it is told to go on. */
export class StillClock implements CheckClock {
  #now = 0;
  readonly #timers = new Set<{ at: number; run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const timer of this.#timers) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(timer);
      timer.run();
    }
  }
}
