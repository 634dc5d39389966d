import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Layer } from './layer.ts';
import { isMissing } from './error-code.ts';

/** Values from a `.env` file; a missing file has none. Names that no setting has are left alone: other tools read it too. */
export const dotenvLayer = (path: string): Layer => {
  const values = parseEnv(read(path));
  return {
    find: ({ variable }) => {
      const text = values[variable];
      return text === undefined ? undefined : { text, source: `${variable} in ${path}` };
    },
  };
};

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
};
