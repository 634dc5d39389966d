import { defineCommand, NAME_ARGUMENT } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { OUTPUT_OPTION } from '../options.ts';
import { UsageError } from '../errors.ts';
import { structured } from '../output/structured.ts';
import { readFacts } from '../view/facts.ts';
import { renderStatus } from '../view/render-status.ts';
import { watchStatus } from '../watch/watch-status.ts';
import { statusView } from '../view/status-view.ts';

const HISTORY = 3;

export const status = defineCommand({
  name: 'status',
  summary: 'Show a release as a tree: slots, pods, step, what it waits for, checks',
  description: 'Says in one picture what serves, what is on its way, and why it does not move.',
  examples: ['status users', 'status users --watch', 'status users -n shop -o json'],
  arguments: [NAME_ARGUMENT],
  options: {
    watch: { type: 'boolean', short: 'w', description: 'Keep the tree up to date, countdowns running, until Ctrl-C.' },
    ...OUTPUT_OPTION,
  },
  run: async (invocation) => {
    const { reader, namespace, stdout, clock, print } = invocation;
    const { args, values } = invocation;
    const { output, watch } = values;
    const [name = ''] = args;
    if (watch) {
      if (output !== 'text') throw new UsageError(`Expected --watch with text alone, found --output ${output}`);
      await watchStatus(invocation, name, HISTORY);
      return EXIT.interrupted;
    }
    const facts = await readFacts(reader, namespace, name);
    const now = clock.now();
    const view = statusView(facts, now);
    if (output === 'json' || output === 'yaml') stdout.write(structured(view, output));
    else print(renderStatus(view, { now, width: stdout.columns ?? Infinity, history: HISTORY }));
    return EXIT.done;
  },
});
