import type { Setting } from './setting.ts';

/** The text of `--help`: every key with its type, default and doc. */
export const helpText = (name: string, version: string, settings: Setting[]): string => {
  const width = Math.max(...settings.map(({ flag }) => flag.length));
  const indent = ' '.repeat(width + 4);
  const keys = settings.map((setting) =>
    [
      `  ${setting.flag.padEnd(width)}  ${setting.doc}`,
      `${indent}${setting.variable}: ${setting.expected} (${standard(setting)})`,
    ].join('\n'),
  );
  return [
    `${name} ${version}`,
    '',
    'A value comes from the first place that has it: an argument (--key value), an environment variable, the file .env,',
    'a file with the name of the variable in the config folder, the default.',
    '',
    ...keys,
    '',
  ].join('\n');
};

const standard = (setting: Setting): string => {
  if (setting.required) return 'required';
  if (setting.default === undefined) return 'not set by default';
  return `default ${setting.secret ? 'hidden' : JSON.stringify(setting.default)}`;
};
