import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { configRolloutDefinition } from './rollout-schema.ts';
import { blueGreenDefinition } from './schema.ts';
import type { Definition } from './schema/definition.ts';

/** A checked-in file and what it is made from. */
export interface GeneratedFile {
  file: URL;
  definition: Definition;
  /** The source that a person changes instead. */
  source: string;
}

const inChart = (definition: Definition, source: string): GeneratedFile => ({
  file: new URL(`../../charts/operator/files/${definition.metadata.name}.yaml`, import.meta.url),
  definition,
  source,
});

/** The checked-in CRDs, which the operator's chart installs. */
export const GENERATED_FILES: readonly GeneratedFile[] = [
  inChart(blueGreenDefinition, 'operator/api/schema.ts'),
  inChart(configRolloutDefinition, 'operator/api/rollout-schema.ts'),
];

/** The text that a checked-in file must have. */
export const crdYaml = ({ definition, source }: GeneratedFile): string =>
  `# Written by \`npm run generate\` from ${source}: change that instead.\n${stringify(definition, {
    lineWidth: 0,
    singleQuote: true,
    aliasDuplicateObjects: false,
  })}`;

/** A checked-in file is not what the schema says. */
export class StaleFileError extends Error {
  readonly code = 'RELEVO_STALE_FILE';
  override readonly name = 'StaleFileError';
  constructor({ file, source }: GeneratedFile, found: string) {
    super(`Expected ${file.pathname} to match ${source}, found ${found}: run "npm run generate" and commit it`);
  }
}

/** Throws StaleFileError where a checked-in file differs from what `generate` would write. */
export const check = async (files: readonly GeneratedFile[] = GENERATED_FILES): Promise<void> => {
  for (const generated of files) {
    const found = await readFile(generated.file, 'utf8').catch(() => undefined);
    if (found !== crdYaml(generated))
      throw new StaleFileError(generated, found === undefined ? 'none' : 'an older one');
  }
};

/** Writes the checked-in files. */
export const generate = async (files: readonly GeneratedFile[] = GENERATED_FILES): Promise<void> => {
  for (const generated of files) await writeFile(generated.file, crdYaml(generated));
};

if (import.meta.main) await (process.argv.includes('--check') ? check() : generate());
