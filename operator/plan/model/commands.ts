import { z } from 'zod';
import { KINDS } from './process.ts';

const process = z.literal([0, 1]);
const slot = z.literal(['blue', 'green']);
const role = z.literal(['active', 'preview']);
const config = z.literal(['a', 'b']);
const small = z.int().min(0).max(1000);
const command = <Name extends string, Shape extends z.core.$ZodLooseShape>(name: Name, shape: Shape) =>
  z.strictObject({ do: z.literal(name), ...shape });

/** Fields of the spec that are mutated one by one. */
export const FIELDS = [
  'replicas',
  'soak',
  'retire',
  'deadline',
  'quiet',
  'limit',
  'preview',
  'service',
  'exclude',
  'mode',
  'size',
  'before',
  'after',
  'window',
  'overlap',
] as const;

/** Everything that can happen in the model. Where a command has nothing to act on, nothing happens. */
const schema = z.discriminatedUnion('do', [
  // People.
  command('template', { id: z.int().min(0).max(5) }),
  command('field', { name: z.literal(FIELDS), value: small }),
  command('pause', { on: z.literal([0, 1]) }),
  /**
   * `of` and `to` are looked up when the command runs; `older`: the oldest record; `stale`: a name that does not exist. A
   * Retry with a `to` carries the time of its request.
   */
  command('decide', {
    action: z.literal(['Promote', 'Abort', 'Retry', 'Rollback']),
    of: z.literal(['desired', 'active', 'stale']),
    to: z.literal(['default', 'older', 'stale']),
  }),
  command('undecide', {}),
  command('config', { name: config, content: z.int().min(0).max(3) }),
  command('removeConfig', { name: config }),
  command('removeService', { role }),
  command('createService', { role }),
  /** A foreign edit of a selector: something else, nothing, or the other slot's revision. */
  command('hijack', { role, selector: z.literal(['else', 'nothing', 'other', 'bare']) }),
  command('removeDeployment', { slot }),
  /** Status is gone, as after a restore from a backup. */
  command('loseStatus', {}),
  command('removeCopy', { index: small }),
  command('shareCopy', { index: small }),
  command('unshareCopy', { index: small }),
  // Nodes and controllers.
  command('crash', { slot, pods: small }),
  command('break', { slot }),
  /** From now on every check of the revision that a slot holds fails, or finds nothing out. */
  command('spoil', { slot, verdict: z.literal(['fail', 'inconclusive']) }),
  command('heal', {}),
  command('deployment', { slot }),
  command('replicaSets', { slot }),
  command('pod', { slot, steps: small }),
  command('endpoints', { refresh: z.literal([0, 1]) }),
  /** All controllers until they rest. */
  command('cluster', {}),
  // Operator processes.
  command('observe', { process, kind: z.literal([...KINDS, 'all']), events: small }),
  command('plan', { process }),
  command('act', { process, times: small }),
  /** Dies and starts again with lists that are `lag` events behind. */
  command('kill', { process, lag: small }),
  /** Controllers, then everything observed, a plan, and all of its actions. */
  command('round', { process, times: small }),
  /** The same, without the controllers. */
  command('turn', { process, times: small }),
  /** The oldest measurement of a process ends, with what is true or with something else. */
  command('answer', { process, verdict: z.literal(['truth', 'pass', 'fail', 'inconclusive']) }),
  // Time.
  command('advance', { seconds: small }),
  command('skew', { process, seconds: z.int().min(-3).max(3) }),
]);

/** One thing that happens in the model. */
export type Command = z.infer<typeof schema>;

/** A history as lines: `decide action=Abort of=desired to=default`. */
export const format = (commands: readonly Command[]): string =>
  commands
    .map(({ do: name, ...rest }) => [name, ...Object.entries(rest).map(([key, value]) => `${key}=${value}`)].join(' '))
    .join('\n');

/** Reads what `format` has written. Empty lines and lines that start with # do not count. */
export const parse = (script: string): Command[] =>
  script
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name, ...fields] = line.split(/\s+/);
      const entries = fields.map((field): [string, string | number] => {
        const [key = '', value = ''] = field.split('=');
        return [key, /^-?\d+$/.test(value) ? Number(value) : value];
      });
      return schema.parse({ do: name, ...Object.fromEntries(entries) });
    });
