import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.ts';
import type { Layer } from './layer.ts';
import { errorCode, isMissing } from './error-code.ts';

/**
 * Values from a folder with one file a key, as a ConfigMap or Secret volume mounts it. One line break at the end is
 * dropped, as editors add it. A missing folder has no values; files that no setting names are left alone.
 */
export const folderLayer = (folder: string): Layer => ({
  find: ({ variable }) => {
    const path = join(folder, variable);
    const text = read(variable, path);
    return text === undefined ? undefined : { text: text.replace(/\r?\n$/, ''), source: `file ${path}` };
  },
});

const read = (key: string, path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    const found = errorCode(error) ?? String(error);
    throw new ConfigError([{ key, expected: 'a readable file', found, source: `file ${path}` }]);
  }
};
