import type { ArgumentSpec, Command } from '../command.ts';
import type { OptionSpec } from '../options.ts';

/** One way to go on with a command line. */
export interface Candidate {
  value: string;
  description: string;
}

/** What may stand in the place of the last word. */
export type Completion =
  /** These. */
  | { kind: 'candidates'; candidates: Candidate[] }
  /** Something that only the cluster knows. */
  | { kind: 'cluster'; what: ArgumentSpec['completes'] | 'namespaces'; blueGreen?: string }
  /** A context of the kubeconfig. */
  | { kind: 'contexts' }
  | { kind: 'files' };

const NOTHING: Completion = { kind: 'candidates', candidates: [] };

/**
 * What may stand in the place of the last word of a command line. Pure: it is made from the tables that also make the help.
 *
 * @param words what follows `kubectl relevo`; the last is the one to be completed, perhaps empty
 */
export const completionOf = (commands: readonly Command[], words: readonly string[]): Completion => {
  const [name = '', ...rest] = words;
  const last = rest.at(-1);
  if (last === undefined) {
    return starting(
      name,
      commands.map((command) => ({ value: command.name, description: command.summary })),
    );
  }
  const command = commands.find((one) => one.name === name);
  if (command === undefined) return NOTHING;
  const before = rest.slice(0, -1);
  const flag = optionOf(command, before.at(-1));
  if (flag !== undefined && flag.spec.type === 'string') return valueOf(flag.name, flag.spec, last);
  if (last.startsWith('-')) {
    const { options } = command;
    const flags = Object.entries(options).map(([option, { description }]) => ({ value: `--${option}`, description }));
    return starting(last, flags);
  }
  const done = argumentsIn(command, before);
  const { completes } = command.arguments[done.length] ?? {};
  if (completes === undefined || completes === 'nothing') return NOTHING;
  if (Array.isArray(completes)) {
    return starting(
      last,
      completes.map((value) => ({ value, description: '' })),
    );
  }
  return { kind: 'cluster', what: completes, ...(done[0] === undefined ? {} : { blueGreen: done[0] }) };
};

/** Those that go on from what is typed. */
export const starting = (typed: string, candidates: readonly Candidate[]): Completion => ({
  kind: 'candidates',
  candidates: candidates.filter(({ value }) => value.startsWith(typed)),
});

const valueOf = (name: string, { choices }: OptionSpec, typed: string): Completion => {
  if (choices !== undefined)
    return starting(
      typed,
      choices.map((value) => ({ value, description: '' })),
    );
  switch (name) {
    case 'namespace':
      return { kind: 'cluster', what: 'namespaces' };
    case 'context':
      return { kind: 'contexts' };
    case 'kubeconfig':
      return { kind: 'files' };
    case 'to':
      return { kind: 'cluster', what: 'revisions' };
    default:
      return NOTHING;
  }
};

const optionOf = ({ options }: Command, word: string | undefined): { name: string; spec: OptionSpec } | undefined => {
  const found = Object.entries(options).find(
    ([name, { short }]) => word === `--${name}` || (short !== undefined && word === `-${short}`),
  );
  return found === undefined ? undefined : { name: found[0], spec: found[1] };
};

/** The words that are neither flags nor their values. */
const argumentsIn = (command: Command, words: readonly string[]): string[] =>
  words.filter((word, index) => !word.startsWith('-') && optionOf(command, words[index - 1])?.spec.type !== 'string');
