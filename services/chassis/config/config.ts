import type * as z from 'zod';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import type { Found, Layer } from './layer.ts';
import type { Setting } from './setting.ts';
import { readValue } from './value.ts';

/** What `/status` and the log may show of one key. */
export interface ConfigEntry {
  /** The value; `[redacted]` for a secret that is set. */
  value: unknown;
  source: string;
}

/** Typed values with the source of each. */
export interface Config<T> {
  values: T;
  /** By key; fit to be shown. */
  entries: Record<string, ConfigEntry>;
}

const REDACTED = '[redacted]';
const DEFAULT: string = 'default';

/** Parses one schema over the layers; the problems are returned, so that several schemas can report together. */
export const readConfig = <S extends z.ZodObject>(
  schema: S,
  settings: Setting[],
  layers: Layer[],
): { config: Config<z.output<S>>; problems: [] } | { config?: never; problems: ConfigProblem[] } => {
  const found = new Map<string, Found>();
  for (const setting of settings) {
    const first = layers.map((layer) => layer.find(setting)).find((value) => value !== undefined);
    if (first) found.set(setting.key, first);
  }
  const input = Object.fromEntries(
    settings.flatMap((setting) => {
      const value = found.get(setting.key);
      return value ? [[setting.key, readValue(value.text, setting)]] : [];
    }),
  );
  const result = schema.safeParse(input);
  if (!result.success) return { problems: explain(result.error.issues, settings, found) };

  const values: Record<string, unknown> = result.data;
  const entries = settings.map(({ key, secret }): [string, ConfigEntry] => [
    key,
    {
      value: secret && values[key] !== undefined ? REDACTED : values[key],
      source: found.get(key)?.source ?? DEFAULT,
    },
  ]);
  return { config: { values: result.data, entries: Object.fromEntries(entries) }, problems: [] };
};

/** As {@link readConfig}, for one schema by itself. Throws {@link ConfigError}. */
export const loadConfig = <S extends z.ZodObject>(
  schema: S,
  settings: Setting[],
  layers: Layer[],
): Config<z.output<S>> => {
  const { config, problems } = readConfig(schema, settings, layers);
  const all = [...layers.flatMap((layer) => layer.problems ?? []), ...problems];
  if (!config || all.length > 0) throw new ConfigError(all);
  return config;
};

const explain = (issues: z.core.$ZodIssue[], settings: Setting[], found: Map<string, Found>): ConfigProblem[] => {
  const problems = new Map<string, ConfigProblem>();
  for (const issue of issues) {
    const setting = settings.find(({ key }) => key === issue.path[0]);
    const problem = setting ? describe(issue, setting, found.get(setting.key)) : general(issue);
    if (!problems.has(problem.key)) problems.set(problem.key, problem);
  }
  return [...problems.values()];
};

const describe = (issue: z.core.$ZodIssue, setting: Setting, found: Found | undefined): ConfigProblem => ({
  key: setting.variable,
  // Own refinements say what they want; everything else is told by the schema.
  expected: issue.code === 'custom' ? issue.message : setting.expected,
  found: show(setting, found),
  source: found?.source ?? `set ${setting.flag} or ${setting.variable}`,
});

const show = (setting: Setting, found: Found | undefined): string => {
  if (!found) return 'nothing';
  if (setting.secret) return 'a secret that does not fit';
  return JSON.stringify(found.text.length > 200 ? `${found.text.slice(0, 200)}…` : found.text);
};

const general = (issue: z.core.$ZodIssue): ConfigProblem => ({
  key: 'several keys',
  expected: issue.message,
  found: 'values that do not fit together',
  source: 'see --help',
});
