import { defineCommand, NAME_ARGUMENT, REVISION_ARGUMENT } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { follow } from '../read/follow.ts';
import { GOALS, Wait } from '../wait/goal.ts';
import type { Goal } from '../wait/goal.ts';
import { readSeconds } from '../wait/seconds.ts';

/** What seems stalled may be an object that is applied a moment later. */
const STALLED_MS = 5000;

export const wait = defineCommand({
  name: 'wait',
  summary: 'Follow a release to its end; the exit code says how it ended',
  description:
    'Says each step on its way. Exit code 0: reached; 3: the release ended otherwise, or nothing will move until somebody changes something (Stalled for 5 s); 4: the time ran out.',
  examples: ['wait users', 'wait users --for Ready --timeout 2m', 'wait users users-91be02c6f0 --for Stable'],
  arguments: [NAME_ARGUMENT, REVISION_ARGUMENT],
  options: {
    for: {
      type: 'string',
      value: 'STATE',
      choices: GOALS,
      default: 'Promoted',
      description:
        'Promoted (the release serves and is verified), Ready (the condition), Stable (the old slot is empty, too) or AwaitingPromotion.',
    },
    timeout: { type: 'string', value: 'TIME', default: '10m', description: 'Such as 90s, 10m or 1h.' },
  },
  run: async (invocation): Promise<ExitCode> => {
    const { args, values, clock, signal, stdout, stderr } = invocation;
    const [name = '', revision] = args;
    const goal = goalOf(values.for);
    const seconds = readSeconds('timeout', values.timeout);
    const judge = new Wait(goal, revision);
    const over = new AbortController();
    const ending = AbortSignal.any([signal, over.signal]);
    const cancels = [clock.after(seconds * 1000, () => over.abort())];
    let isStalled = false;
    let cancelStall: (() => void) | undefined;
    let last = '';
    try {
      for await (const blueGreen of follow({ ...invocation, name, signal: ending })) {
        const { state, sentence } = judge.look(blueGreen, clock.now());
        if (sentence !== last) stdout.write(`${sentence}\n`);
        last = sentence;
        if (state === 'reached') return EXIT.done;
        if (state === 'missed') return EXIT.otherwise;
        if (state === 'stalled') {
          cancelStall ??= clock.after(STALLED_MS, () => {
            isStalled = true;
            over.abort();
          });
        } else {
          cancelStall?.();
          cancelStall = undefined;
        }
      }
    } catch (error) {
      if (signal.aborted || !over.signal.aborted) throw error;
    } finally {
      for (const cancel of [...cancels, cancelStall]) cancel?.();
    }
    if (isStalled) {
      stderr.write(`It does not move by itself; kubectl relevo explain ${name} says what to do\n`);
      return EXIT.otherwise;
    }
    stderr.write(`Expected ${goal} within ${values.timeout}, found ${last}\n`);
    return EXIT.timeout;
  },
});

const goalOf = (text: string): Goal => {
  const goal = GOALS.find((one) => one === text);
  if (goal === undefined) throw new UsageError(`Expected --for to be one of ${GOALS.join(', ')}, found ${text}`);
  return goal;
};
