import { defineCommand, NAME_ARGUMENT } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { readEvidence } from '../explain/read-evidence.ts';
import { explain as findCauses } from '../explain/explain.ts';
import { renderExplanation } from '../explain/render.ts';
import { OUTPUT_OPTION } from '../options.ts';
import { structured } from '../output/structured.ts';
import { healthOf } from '../view/health.ts';

export const explain = defineCommand({
  name: 'explain',
  summary: 'Say in plain words why nothing moves, and what to do',
  description:
    'Reads the BlueGreen, its pods, Services and events, and the lease of the operator. Exit code 3 when somebody has to do something, 0 when all is well or on its way.',
  examples: ['explain users', 'explain users -o json'],
  arguments: [NAME_ARGUMENT],
  options: { ...OUTPUT_OPTION },
  run: async ({ reader, namespace, args: [name = ''], values: { output }, stdout, clock, print }) => {
    const now = clock.now();
    const evidence = await readEvidence(reader, namespace, name, now);
    const findings = findCauses(evidence);
    if (output === 'json' || output === 'yaml') {
      stdout.write(structured({ name, namespace, health: healthOf(evidence.blueGreen), findings }, output));
    } else {
      print(renderExplanation(evidence, findings, now, stdout.columns ?? Infinity));
    }
    return findings.some(({ bearing }) => bearing !== 'moving') ? EXIT.otherwise : EXIT.done;
  },
});
