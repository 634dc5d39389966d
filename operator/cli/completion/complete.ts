import type { Command, World } from '../command.ts';
import { Reader } from '../read/reader.ts';
import { NAMESPACES } from '../read/resources.ts';
import { completionOf, starting } from './candidates.ts';
import type { Candidate, Completion } from './candidates.ts';

/** Whoever presses Tab does not wait longer. */
const PATIENCE_MS = 3000;

/** No names of files, or names of files: as cobra has it, so that kubectl understands the answer, too. */
const NO_FILES = ':4';
const FILES = ':0';

/** Answers a shell: what may stand in the place of the last word. Without a cluster it knows less; it never fails. */
export const complete = async (commands: readonly Command[], words: readonly string[], world: World): Promise<void> => {
  const found = completionOf(commands, words);
  const typed = words.at(-1) ?? '';
  const candidates = await candidatesOf(found, words, world).catch(() => []);
  const shown = starting(typed, candidates);
  const lines =
    shown.kind === 'candidates' ? shown.candidates.map(({ value, description }) => `${value}\t${description}`) : [];
  world.stdout.write([...lines, found.kind === 'files' ? FILES : NO_FILES, ''].join('\n'));
};

const candidatesOf = async (found: Completion, words: readonly string[], world: World): Promise<Candidate[]> => {
  if (found.kind === 'candidates') return found.candidates;
  if (found.kind === 'files') return [];
  const choice = { kubeconfig: valueIn(words, '--kubeconfig'), context: valueIn(words, '--context') };
  const { client, namespace, contexts } = await world.connect(
    found.kind === 'contexts' ? { ...choice, context: undefined } : choice,
  );
  try {
    if (found.kind === 'contexts') return contexts.map((value) => bare(value));
    const signal = AbortSignal.any([world.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const reader = new Reader(client, '', signal);
    const at = valueIn(words, '--namespace') ?? valueIn(words, '-n') ?? namespace;
    if (found.what === 'namespaces') return (await reader.names(NAMESPACES)).map((value) => bare(value));
    if (found.what === 'revisions') {
      const records = await reader.records(at, found.blueGreen ?? firstName(words));
      return records.map(({ metadata, revision }) => ({ value: metadata?.name ?? '', description: `#${revision}` }));
    }
    const all = await reader.blueGreens(at);
    return all.map(({ metadata, status }) => ({ value: metadata.name ?? '', description: status?.step.name ?? '' }));
  } finally {
    client.close();
  }
};

const bare = (value: string): Candidate => ({ value, description: '' });

/** The BlueGreen that stands before a flag's value: `rollback users --to …`. */
const firstName = (words: readonly string[]): string => words[1] ?? '';

const valueIn = (words: readonly string[], flag: string): string | undefined => {
  const index = words.indexOf(flag);
  if (index !== -1) return words[index + 1];
  return words.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);
};
