import { Server as NetServer } from 'node:net';
import type { Server } from 'node:http';
import type { Clock } from './clock.ts';
import type { Connections } from './connections.ts';

/** What {@link drain} works on. */
export interface DrainOptions {
  server: Server;
  connections: Connections;
  /** How long the listener stays open. */
  lameDuckMs: number;
  /** How long requests may take after that. */
  timeoutMs: number;
  clock: Clock;
}

const CLOSE_IDLE_EVERY_MS = 25;

/** The listener closes after so many looks in a row, 25 ms apart, that found no new connection. */
const QUIET_LOOKS = 10;

/**
 * Waits until nobody connects any more, or until a time. On a busy machine the cluster may hear late that this pod is
 * going, and connections that wait to be accepted when a listener closes are reset. Looks are counted, and not time
 * alone, because a process that was not given the processor has accepted nothing meanwhile.
 */
const untilQuiet = async (connections: Connections, clock: Clock, until: number): Promise<void> => {
  let accepted = connections.accepted;
  for (let looks = 0; looks < QUIET_LOOKS && clock.now() < until; looks += 1) {
    await clock.sleep(CLOSE_IDLE_EVERY_MS);
    if (connections.accepted !== accepted) looks = -1;
    accepted = connections.accepted;
  }
};

/**
 * Ends a server without loss. The caller has already turned readiness off and makes every answer say
 * `Connection: close`; so for the lame-duck time clients move away by themselves, while new connections, from proxies
 * that have not heard yet, are served. When none comes any more (or half of the timeout is over), the listener closes,
 * and idle connections are closed until none is left.
 *
 * Gives back how many connections were cut because the time was over.
 */
export const drain = async ({ server, connections, lameDuckMs, timeoutMs, clock }: DrainOptions): Promise<number> => {
  await clock.sleep(lameDuckMs);
  const deadline = clock.now() + timeoutMs;
  await untilQuiet(connections, clock, clock.now() + timeoutMs / 2);
  const closed = new AbortController();
  // The method of net.Server: that of http.Server first destroys connections whose last answer is still on its way, and
  // stops the timer that ends half-sent requests.
  NetServer.prototype.close.call(server, () => closed.abort());
  for (;;) {
    connections.closeIdle();
    if (closed.signal.aborted) return 0;
    const left = deadline - clock.now();
    if (left <= 0) return connections.cut();
    await clock.sleep(Math.min(CLOSE_IDLE_EVERY_MS, left), closed.signal);
  }
};
