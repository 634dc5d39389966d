import { defineCommand, NAME_ARGUMENT } from '../command.ts';
import { rollback as decide } from '../decide/rollback.ts';
import { DRY_RUN_OPTION, writeDecision } from '../decide/write.ts';
import { findRevision } from '../read/find-revision.ts';

export const rollback = defineCommand({
  name: 'rollback',
  summary: 'Run an earlier release, code and config, in place of what the spec asks for',
  description:
    'Within the retire time this is one switch without new pods; later the pods come back from the recorded release. It ends by itself when the spec moves on; retry goes forward again.',
  examples: [
    'rollback users',
    'rollback users --to users-5f7c9d2b41',
    'rollback users --to 5f7c',
    'rollback users --to 3',
  ],
  arguments: [NAME_ARGUMENT],
  options: {
    to: {
      type: 'string',
      value: 'REVISION',
      description:
        'A recorded release: its name, its number, or how its hash begins. Default: the one that served before.',
    },
    ...DRY_RUN_OPTION,
  },
  run: (invocation) => {
    const { reader, namespace, args, values } = invocation;
    return writeDecision(invocation, async (blueGreen) => {
      const records = await reader.records(namespace, args[0] ?? '');
      const to = values.to === undefined ? undefined : findRevision(records, values.to).metadata?.name;
      return decide(
        blueGreen,
        records.map(({ metadata }) => metadata?.name ?? ''),
        to,
      );
    });
  },
});
