import { expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { check, crdYaml, generate, StaleFileError } from './generate.ts';
import { blueGreenDefinition } from './schema.ts';

test('the checked-in definition is the one that the schema says', async () => {
  await expect(check()).resolves.toBeUndefined();
});

test('a changed file is refused with the command that repairs it, and the command repairs it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'relevo-generate-'));
  const file = pathToFileURL(join(folder, 'crd.yaml'));
  try {
    await writeFile(file, crdYaml().replace('default: 600', 'default: 601'));
    await expect(check(file)).rejects.toThrow(StaleFileError);
    await expect(check(file)).rejects.toThrow('npm run generate');
    await generate(file);
    await expect(check(file)).resolves.toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the text reads back as the definition', () => {
  expect(parse(crdYaml())).toEqual(blueGreenDefinition);
});
