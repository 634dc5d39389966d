import type { BlueGreen } from '../../api/bluegreen.ts';
import type { Invocation } from '../command.ts';
import { StateError } from '../errors.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { isConflict } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { BLUE_GREENS } from '../read/resources.ts';
import type { Intent } from './intent.ts';

/** Under this name the writes of this program are recorded in `managedFields`. */
const FIELD_MANAGER = 'kubectl-relevo';

/** Status is written often in a release, and each write is a conflict; each time everything is looked at anew. */
const MAX_ATTEMPTS = 20;

export const DRY_RUN_OPTION = {
  'dry-run': {
    type: 'boolean',
    description: 'Say what would happen and have the API server check it, without storing anything.',
  },
} as const;

/**
 * Reads a BlueGreen, has a decision made about exactly what was read, and writes that: the write fails when the object has
 * changed meanwhile, and then all of it is done again. So nobody decides about a state that is no more.
 */
export const writeDecision = async (
  { reader, client, namespace, args: [name = ''], values, signal, stdout }: Invocation<{ 'dry-run': boolean }>,
  decide: (blueGreen: BlueGreen) => Intent | Promise<Intent>,
): Promise<ExitCode> => {
  const isDry = values['dry-run'];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const blueGreen = await reader.blueGreen(namespace, name);
    const { change, sentence, isDone } = await decide(blueGreen);
    if (isDone) {
      stdout.write(`${name}: decided already: ${sentence}\n`);
      return EXIT.done;
    }
    const path = resourcePath(BLUE_GREENS, { namespace, name });
    const query = isDry ? { dryRun: 'All' } : {};
    try {
      await client.patch(path, patchOf(blueGreen, change), {
        type: 'merge',
        fieldManager: FIELD_MANAGER,
        query,
        signal,
      });
      stdout.write(`${name}: ${isDry ? 'dry run, nothing is stored: ' : ''}${sentence}\n`);
      return EXIT.done;
    } catch (error) {
      if (!isConflict(error)) throw reader.explained(error);
    }
  }
  throw new StateError(
    `Expected BlueGreen ${name} to stand still for a moment, found it changed ${MAX_ATTEMPTS} times: try again`,
  );
};

const patchOf = ({ metadata: { resourceVersion } }: BlueGreen, change: Intent['change']): object => {
  const spec =
    'decision' in change
      ? // A merge would keep fields of an earlier decision.
        { decision: { to: null, requestedAt: null, ...change.decision } }
      : change;
  return { metadata: { resourceVersion }, spec };
};
