import { defineCommand, NAME_ARGUMENT } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { OUTPUT_OPTION } from '../options.ts';
import { structured } from '../output/structured.ts';
import { readFacts } from '../view/facts.ts';
import { renderStatus } from '../view/render-status.ts';
import { statusView } from '../view/status-view.ts';

const HISTORY = 3;

export const status = defineCommand({
  name: 'status',
  summary: 'Show a release as a tree: slots, pods, step, what it waits for, checks',
  description: 'Says in one picture what serves, what is on its way, and why it does not move.',
  examples: ['status users', 'status users -n shop -o json'],
  arguments: [NAME_ARGUMENT],
  options: { ...OUTPUT_OPTION },
  run: async ({ reader, namespace, args: [name = ''], values: { output }, stdout, clock, print }) => {
    const facts = await readFacts(reader, namespace, name);
    const now = clock.now();
    const view = statusView(facts, now);
    if (output === 'json' || output === 'yaml') stdout.write(structured(view, output));
    else print(renderStatus(view, { now, width: stdout.columns ?? Infinity, history: HISTORY }));
    return EXIT.done;
  },
});
