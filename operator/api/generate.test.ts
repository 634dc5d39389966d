import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { check, crdYaml, generate, GENERATED_FILES, StaleFileError } from './generate.ts';

test('the checked-in definitions are the ones that the schemas say', async () => {
  await expect(check()).resolves.toBeUndefined();
  expect(GENERATED_FILES.map(({ definition }) => definition.spec.names.kind)).toEqual(['BlueGreen', 'ConfigRollout']);
});

describe.each(GENERATED_FILES.map((generated) => ({ kind: generated.definition.spec.names.kind, generated })))(
  '$kind',
  ({ generated }) => {
    test('a changed or missing file is refused with the command that repairs it, and the command repairs it', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'relevo-generate-'));
      const files = [{ ...generated, file: pathToFileURL(join(folder, 'crd.yaml')) }];
      try {
        await expect(check(files)).rejects.toThrow('found none');
        await writeFile(files[0]?.file ?? '', crdYaml(generated).replace('default: 600', 'default: 601'));
        await expect(check(files)).rejects.toThrow(StaleFileError);
        await expect(check(files)).rejects.toThrow('npm run generate');
        await generate(files);
        await expect(check(files)).resolves.toBeUndefined();
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    test('the text reads back as the definition', () => {
      expect(parse(crdYaml(generated))).toEqual(generated.definition);
    });
  },
);
