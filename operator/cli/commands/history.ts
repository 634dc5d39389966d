import type { HistoryEntry } from '../../api/bluegreen.ts';
import type { ControllerRevision } from '../../controllers/views/record.ts';
import { defineCommand, NAME_ARGUMENT } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { OUTPUT_OPTION } from '../options.ts';
import { duration, since } from '../output/duration.ts';
import { dim, good } from '../output/line.ts';
import type { Line } from '../output/line.ts';
import { structured } from '../output/structured.ts';
import { table } from '../output/table.ts';
import { stepTimes } from '../view/step-times.ts';
import { outcomeSpan } from '../view/render-status.ts';

export const history = defineCommand({
  name: 'history',
  summary: 'List what was released, how each release ended and how long each step took',
  description: 'Newest first. A release with a number is on record: rollback --to can bring it back.',
  examples: ['history users', 'history users -o json'],
  arguments: [NAME_ARGUMENT],
  options: { ...OUTPUT_OPTION },
  run: async ({ reader, namespace, args: [name = ''], values: { output }, stdout, clock, print }) => {
    const { status } = await reader.blueGreen(namespace, name);
    const records = await reader.records(namespace, name);
    const entries = [...(status?.history ?? []), ...unmentioned(records, status?.history ?? [])];
    if (output === 'json' || output === 'yaml') {
      const answer = entries.map((entry) => ({ ...entry, number: numberOf(records, entry.revision) }));
      stdout.write(structured(answer, output));
      return EXIT.done;
    }
    const now = clock.now();
    const head = ['#', 'REVISION', 'OUTCOME', 'ENDED', 'TOOK', 'STEPS', 'MESSAGE'].map((cell): Line => [dim(cell)]);
    print(table([head, ...entries.map((entry) => row(entry, records, status?.active, now))]));
    return EXIT.done;
  },
});

/** A release that is on record, of which history tells nothing: it is under way, or was forgotten there. */
type Entry = HistoryEntry | { revision: string };

const unmentioned = (records: readonly ControllerRevision[], entries: readonly HistoryEntry[]): Entry[] =>
  records
    .map(({ metadata }) => metadata?.name ?? '')
    .filter((revision) => entries.every((entry) => entry.revision !== revision))
    .map((revision) => ({ revision }));

const numberOf = (records: readonly ControllerRevision[], revision: string): number | undefined =>
  records.find(({ metadata }) => metadata?.name === revision)?.revision;

const row = (entry: Entry, records: readonly ControllerRevision[], active: string | undefined, now: number): Line[] => {
  const number = numberOf(records, entry.revision);
  const name = entry.revision === active ? good(entry.revision) : entry.revision;
  const first: Line[] = [[number === undefined ? dim('-') : String(number)], [name]];
  if (!('outcome' in entry)) return [...first, [dim('on record')], ['-'], ['-'], ['-'], ['']];
  const { outcome, endedAt, startedAt, steps, message } = entry;
  const took = duration(Date.parse(endedAt) - Date.parse(startedAt));
  return [
    ...first,
    [outcomeSpan(outcome)],
    [`${since(endedAt, now)} ago`],
    [took],
    [stepTimes(steps).join(', ')],
    [message],
  ];
};
