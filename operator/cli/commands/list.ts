import { findCondition } from '../../api/conditions.ts';
import type { BlueGreen } from '../../api/bluegreen.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { ALL_NAMESPACES_OPTION, OUTPUT_OPTION } from '../options.ts';
import { since } from '../output/duration.ts';
import { clip, dim, span } from '../output/line.ts';
import type { Line, Tone } from '../output/line.ts';
import { structured } from '../output/structured.ts';
import { table } from '../output/table.ts';
import { healthOf, sentenceOf } from '../view/health.ts';
import type { Health } from '../view/health.ts';

const TONES: Readonly<Record<Health, Tone>> = { Ready: 'good', Working: 'accent', Stalled: 'bad', Unseen: 'warn' };

export const list = defineCommand({
  name: 'list',
  summary: 'List BlueGreens, each with its health and what it waits for',
  description: 'One line for each BlueGreen of the namespace, or with -A of all of them.',
  examples: ['list', 'list -A', 'list -A -o json'],
  arguments: [],
  options: { ...OUTPUT_OPTION, ...ALL_NAMESPACES_OPTION },
  run: async ({ reader, namespace, values, stdout, stderr, clock, print }) => {
    const { output, 'all-namespaces': everywhere } = values;
    const found = await reader.blueGreens(everywhere ? undefined : namespace);
    const now = clock.now();
    if (output === 'json' || output === 'yaml') {
      stdout.write(
        structured(
          found.map((one) => summaryOf(one, now)),
          output,
        ),
      );
    } else if (found.length === 0) {
      stderr.write(
        everywhere ? 'No BlueGreen in this cluster\n' : `No BlueGreen in namespace ${namespace} (all: -A)\n`,
      );
    } else {
      const head = [
        ...(everywhere ? ['NAMESPACE'] : []),
        'NAME',
        'HEALTH',
        'STEP',
        'FOR',
        'ACTIVE',
        'TARGET',
        'READY',
        'WAITING FOR',
      ];
      const rows = table([head.map((cell): Line => [dim(cell)]), ...found.map((one) => row(one, everywhere, now))]);
      print(rows.map((line) => clip(line, stdout.columns ?? Infinity)));
    }
    return EXIT.done;
  },
});

/** What `-o json` says of each. */
const summaryOf = (blueGreen: BlueGreen, now: number) => {
  const { metadata, spec, status } = blueGreen;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    health: healthOf(blueGreen),
    ready: findCondition(status?.conditions ?? [], 'Ready')?.status === 'True',
    active: status?.active,
    target: status?.target,
    step: status?.step,
    waitingFor: sentenceOf(blueGreen, now),
    replicas: spec.replicas,
    paused: spec.paused,
  };
};

const row = (blueGreen: BlueGreen, everywhere: boolean, now: number): Line[] => {
  const {
    namespace = '',
    name = '',
    health,
    active,
    target,
    step,
    waitingFor = '',
    replicas,
  } = summaryOf(blueGreen, now);
  const slots = Object.values(blueGreen.status?.slots ?? {});
  const ready = slots.find(({ revision }) => revision === active)?.ready ?? 0;
  return [
    ...(everywhere ? [[namespace]] : []),
    [name],
    [span(health, TONES[health])],
    [step?.name ?? '-'],
    [step === undefined ? '-' : since(step.since, now)],
    [active ?? '-'],
    [target === active ? dim('=') : (target ?? '-')],
    [`${ready}/${replicas}`],
    [waitingFor],
  ];
};
