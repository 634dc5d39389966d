import type { Invocation } from '../command.ts';
import { ClusterError } from '../errors.ts';
import { bad, paintFor } from '../output/line.ts';
import type { Line } from '../output/line.ts';
import { LiveScreen } from '../output/live-screen.ts';
import { readFacts } from '../view/facts.ts';
import { renderStatus } from '../view/render-status.ts';
import { statusView } from '../view/status-view.ts';
import type { Facts } from '../view/facts.ts';
import { Bell } from './bell.ts';
import { watchChanges } from './changes.ts';

/** The countdowns move. */
const TICK_MS = 1000;
/** However fast changes come, they are read together. */
const SETTLE_MS = 150;
/** Read anew even if nothing is told. */
const READ_EVERY_MS = 10_000;

/** Draws the tree again and again until the signal aborts; throws what a first look meets. */
export const watchStatus = async (invocation: Invocation<object>, name: string, history: number): Promise<void> => {
  const { reader, client, namespace, clock, signal, stdout, environment } = invocation;
  const screen = stdout.isTTY === true ? new LiveScreen(stdout, paintFor(stdout, environment)) : undefined;
  let facts = await readFacts(reader, namespace, name);
  let trouble: string | undefined;
  let readAt = clock.elapsed();
  const bell = new Bell();
  const changes = watchChanges({ client, namespace, name, clock, signal, onChange: () => bell.ring() });
  let shown = '';
  try {
    while (!signal.aborted) {
      const lines = picture(facts, trouble, clock.now(), history, screen?.columns ?? Infinity);
      if (screen !== undefined) screen.draw(lines);
      else shown = log(invocation, facts, lines, shown);
      const isRung = await bell.wait(clock, TICK_MS, signal);
      if (signal.aborted) break;
      if (isRung) await bell.settle(clock, SETTLE_MS, signal);
      if (isRung || trouble !== undefined || clock.elapsed() - readAt > READ_EVERY_MS) {
        readAt = clock.elapsed();
        try {
          facts = await readFacts(reader, namespace, name);
          trouble = undefined;
        } catch (error) {
          // Of a cluster that is away for a moment the last picture stays.
          if (!(error instanceof ClusterError)) throw error;
          trouble = error.message;
        }
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    screen?.close();
  }
  await changes;
};

const picture = (facts: Facts, trouble: string | undefined, now: number, history: number, width: number): Line[] => [
  ...renderStatus(statusView(facts, now), { now, width, history }),
  ...(trouble === undefined ? [] : [[], [bad(trouble)]]),
];

/** Into a file or a pipe each state goes once, below the one before it. */
const log = ({ print }: Invocation<object>, facts: Facts, lines: readonly Line[], shown: string): string => {
  const state = JSON.stringify(statusView(facts, 0));
  if (state !== shown) print([...lines, []]);
  return state;
};
