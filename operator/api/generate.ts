import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { blueGreenDefinition } from './schema.ts';

/** The checked-in CRD, which the operator's chart installs. */
export const CRD_FILE = new URL('../../charts/operator/files/bluegreens.relevo.dev.yaml', import.meta.url);

/** The text that the checked-in file must have. */
export const crdYaml = (): string =>
  `# Written by \`npm run generate\` from operator/api/schema.ts: change that instead.\n${stringify(
    blueGreenDefinition,
    {
      lineWidth: 0,
      singleQuote: true,
      aliasDuplicateObjects: false,
    },
  )}`;

/** The checked-in file is not what the schema says. */
export class StaleFileError extends Error {
  readonly code = 'RELEVO_STALE_FILE';
  override readonly name = 'StaleFileError';
  constructor(file: URL) {
    super(
      `Expected ${file.pathname} to match operator/api/schema.ts, found an older one: run "npm run generate" and commit it`,
    );
  }
}

/** Throws StaleFileError where the checked-in file differs from what `generate` would write. */
export const check = async (file = CRD_FILE): Promise<void> => {
  if ((await readFile(file, 'utf8')) !== crdYaml()) throw new StaleFileError(file);
};

/** Writes the checked-in file. */
export const generate = async (file = CRD_FILE): Promise<void> => writeFile(file, crdYaml());

if (import.meta.main) await (process.argv.includes('--check') ? check() : generate());
