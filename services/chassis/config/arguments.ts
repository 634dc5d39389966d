import { parseArgs } from 'node:util';
import type { ConfigProblem } from './config-error.ts';
import type { Found, Layer } from './layer.ts';
import { nearest } from './nearest.ts';
import type { Setting } from './setting.ts';

/** Values from `--key value` and `--key=value`; `--key` and `--no-key` for booleans. The last of several wins. */
export const argumentsLayer = (argv: string[], settings: Setting[]): Layer & { help: boolean } => {
  const byName = new Map(settings.map((setting) => [setting.flag.slice(2), setting]));
  const values = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  let help = false;

  const options = Object.fromEntries(
    [...byName].map(([name, { type }]) => [name, { type: type === 'boolean' ? 'boolean' : 'string' } as const]),
  );
  // Not strict: parseArgs would stop at the first unknown argument, and every one should be named.
  const { tokens } = parseArgs({ args: argv, options, strict: false, allowNegative: true, tokens: true });
  let afterUnknown = false;
  for (const token of tokens) {
    const mayBeValue = afterUnknown;
    afterUnknown = false;
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      if (!mayBeValue) problems.push(unexpected(token.value, 'arguments in the form of --key value'));
      continue;
    }
    const negative = token.name.startsWith('no-') ? byName.get(token.name.slice(3)) : undefined;
    const setting = byName.get(token.name) ?? (negative?.type === 'boolean' ? negative : undefined);
    if (token.rawName === '--help' || token.rawName === '-h') help = true;
    else if (!setting) {
      problems.push(unexpected(token.rawName, suggestion(token.rawName, settings)));
      afterUnknown = true;
    } else if (setting.type === 'boolean')
      values.set(setting.key, token.value ?? (token.rawName === setting.flag ? 'true' : 'false'));
    else if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--')))
      problems.push({ key: setting.flag, expected: setting.expected, found: 'no value', source: 'argument' });
    else values.set(setting.key, token.value);
  }

  return {
    help,
    problems,
    find: ({ key, flag }): Found | undefined => {
      const text = values.get(key);
      return text === undefined ? undefined : { text, source: `argument ${flag}` };
    },
  };
};

const unexpected = (name: string, expected: string): ConfigProblem => ({
  key: name,
  expected,
  found: 'an unknown argument',
  source: 'see --help',
});

const suggestion = (flag: string, settings: Setting[]): string => {
  const near = nearest(
    flag,
    settings.map((setting) => setting.flag),
  );
  return near === undefined ? 'a known argument' : `a known argument such as ${near}`;
};
