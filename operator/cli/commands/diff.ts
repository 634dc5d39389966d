import type { V1ConfigMap } from '@kubernetes/client-node';
import type { BlueGreen } from '../../api/bluegreen.ts';
import type { ControllerRevision } from '../../controllers/views/record.ts';
import { defineCommand, NAME_ARGUMENT, REVISION_ARGUMENT } from '../command.ts';
import { compareLines, hunks } from '../diff/line-diff.ts';
import type { DiffLine } from '../diff/line-diff.ts';
import { maskPair, revisionText } from '../diff/revision-text.ts';
import type { RevisionText } from '../diff/revision-text.ts';
import { StateError } from '../errors.ts';
import { EXIT } from '../exit-code.ts';
import { bad, dim, good, strong } from '../output/line.ts';
import type { Line } from '../output/line.ts';
import { findRevision } from '../read/find-revision.ts';
import type { Reader } from '../read/reader.ts';

export const diff = defineCommand({
  name: 'diff',
  summary: 'Show what differs between two releases: pod template and config',
  description:
    'Without revisions: from what serves to what is on its way, or else from what served before to what serves. A revision is a name, a number, or how a hash begins. Values of variables and keys that sound like secrets are masked; Secrets are not read.',
  examples: ['diff users', 'diff users 3 4', 'diff users users-5f7c9d2b41 users-91be02c6f0'],
  arguments: [NAME_ARGUMENT, REVISION_ARGUMENT, REVISION_ARGUMENT],
  options: {},
  run: async ({ reader, namespace, args: [name = '', from, to], print }) => {
    const blueGreen = await reader.blueGreen(namespace, name);
    const records = await reader.records(namespace, name);
    const [before, after] = choose(blueGreen, records, from, to);
    const [beforeCopies, afterCopies] = await Promise.all(
      [before, after].map((record) => readCopies(reader, namespace, record)),
    );
    const masks = maskPair();
    const left = revisionText(before, beforeCopies ?? new Map(), masks.before);
    const right = revisionText(after, afterCopies ?? new Map(), masks.after);
    print([[dim(`from ${titleOf(before)} to ${titleOf(after)}`)], ...compare(left, right)]);
    return EXIT.done;
  },
});

const choose = (
  { status }: BlueGreen,
  records: readonly ControllerRevision[],
  from: string | undefined,
  to: string | undefined,
): [ControllerRevision, ControllerRevision] => {
  if (from !== undefined) return [findRevision(records, from), findRevision(records, to ?? status?.active ?? '')];
  const { active, target, history = [] } = status ?? {};
  const before =
    target === active
      ? history.find(({ revision }) => revision !== active && records.some((one) => one.metadata?.name === revision))
          ?.revision
      : active;
  if (before === undefined || target === undefined) {
    throw new StateError(`Expected two releases on record, found ${records.length}`);
  }
  return [findRevision(records, before), findRevision(records, target)];
};

const readCopies = async (
  reader: Reader,
  namespace: string,
  { data }: ControllerRevision,
): Promise<Map<string, V1ConfigMap | undefined>> => {
  const names = data?.copies ?? [];
  const found = await Promise.all(names.map((copy) => reader.configMap(namespace, copy)));
  return new Map(names.map((copy, index) => [copy, found[index]]));
};

const titleOf = ({ metadata, revision }: ControllerRevision): string => `${metadata?.name} (#${revision})`;

const compare = (before: RevisionText, after: RevisionText): Line[] => {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const parts = names.flatMap((name): Line[] => {
    const lines = compareLines(before.get(name) ?? [], after.get(name) ?? []);
    if (lines.every(({ sign }) => sign === ' ')) return [];
    const change = before.has(name) ? (after.has(name) ? '' : ' (no longer used)') : ' (new)';
    const title: Line[] = [[], [strong(`${name}${change}`)]];
    return title.concat(painted(hunks(lines)));
  });
  return parts.length === 0 ? [['No difference']] : parts;
};

const painted = (lines: readonly (DiffLine | undefined)[]): Line[] =>
  lines.map((line) => {
    if (line === undefined) return [dim('  …')];
    const text = `${line.sign} ${line.text}`;
    return line.sign === ' ' ? [text] : [line.sign === '-' ? bad(text) : good(text)];
  });
