import { sleep } from '../../runtime/clock.ts';
import { isAlreadyExists, isConflict } from '../../runtime/errors.ts';
import type { Invocation } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { readSeconds } from '../wait/seconds.ts';
import { carryOut } from './carry-out.ts';
import type { AdoptionStep } from './next-adoption.ts';
import type { ReleaseStep } from './next-release.ts';
import { readState } from './state.ts';
import type { AdoptionState } from './state.ts';

const POLL_MS = 300;

export const STEPS_OPTIONS = {
  timeout: { type: 'string', value: 'TIME', default: '10m', description: 'Such as 90s, 10m or 1h.' },
  'dry-run': { type: 'boolean', description: 'Check whether it can be done and say the first step; change nothing.' },
} as const;

interface StepsValues {
  timeout: string;
  'dry-run': boolean;
  service?: string | undefined;
  preview?: string | undefined;
}

/**
 * Reads, decides, does one thing, and reads again, until nothing is left to do. Whatever ends it in the middle, the same
 * command goes on from what it finds.
 */
export const runSteps = async (
  invocation: Invocation<StepsValues>,
  name: string,
  next: (state: AdoptionState) => AdoptionStep | ReleaseStep,
): Promise<ExitCode> => {
  const { client, reader, namespace, values, clock, signal, stdout, stderr } = invocation;
  const deadline = clock.elapsed() + readSeconds('timeout', values.timeout) * 1000;
  let said = '';
  for (;;) {
    const state = await readState(reader, { namespace, name, service: values.service });
    const { kind, sentence } = next(state);
    const line = kind === 'wait' ? `waiting for ${sentence}` : sentence;
    if (line !== said) stdout.write(`${values['dry-run'] ? 'dry run: ' : ''}${line}\n`);
    said = line;
    if (kind === 'done' || values['dry-run']) return EXIT.done;
    if (clock.elapsed() > deadline) {
      stderr.write(
        `Expected it to be done within ${values.timeout}; what serves goes on serving, and the same command goes on from here\n`,
      );
      return EXIT.timeout;
    }
    if (kind === 'wait') {
      await sleep(clock, POLL_MS, signal);
      continue;
    }
    try {
      await carryOut({ client, reader, preview: values.preview, signal }, state, kind);
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error)) throw reader.explained(error);
    }
  }
};
