import { access, chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions, Metafile } from 'esbuild';
import { replaceFolder } from './replace-folder.ts';

/** Programs that images are made of; each becomes `dist/<name>/main.js`, with all that it needs. */
const ENTRIES = ['operator', 'services/users', 'test/load'];

// Some dependencies are CommonJS and call `require` for what is built into node.
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/** The command line, which kubectl finds by its name: one file, so that it can be copied to any place of the PATH. */
const COMMAND = 'kubectl-relevo';

/** What kubectl calls to complete `kubectl relevo`, by its name. */
const COMPLETER = 'kubectl_complete-relevo';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Where this build alone writes: another one may be under way, and others may read what is in dist/. */
const STAGING = `dist/.${process.pid}`;

const COMMON: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  treeShaking: true,
  banner: { js: REQUIRE },
  metafile: true,
  logLevel: 'warning',
};

const entryOptions = (entry: string): BuildOptions => ({
  ...COMMON,
  entryPoints: [`${entry}/main.ts`],
  outdir: `${STAGING}/${entry}`,
  entryNames: 'main',
  chunkNames: '[name]-[hash]',
  // What is imported only in some cases stays in a file of its own, and costs no memory in the others.
  splitting: true,
  legalComments: 'linked',
});

const COMMAND_OPTIONS: BuildOptions = {
  ...COMMON,
  entryPoints: ['operator/cli/main.ts'],
  outfile: `${STAGING}/cli/${COMMAND}`,
  banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
  legalComments: 'eof',
};

const kilobytes = ({ outputs }: Metafile): string =>
  Object.entries(outputs)
    .filter(([path]) => path.endsWith('.js') || path.endsWith(COMMAND))
    .map(([path, { bytes }]) => `${path.replace(STAGING, 'dist')} ${Math.ceil(bytes / 1024)} kB`)
    .join(', ');

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const makeExecutable = async (folder: string): Promise<void> => {
  await writeFile(join(folder, COMPLETER), `#!/bin/sh\nexec ${COMMAND} __complete "$@"\n`);
  for (const name of [COMMAND, COMPLETER]) await chmod(join(folder, name), 0o755);
};

/** Bundles one program and puts the result into its folder below dist/. */
const bundle = async (folder: string, options: BuildOptions): Promise<void> => {
  const { metafile } = await build(options);
  if (folder === 'cli') await makeExecutable(join(ROOT, STAGING, folder));
  await replaceFolder(join(ROOT, STAGING, folder), join(ROOT, 'dist', folder));
  if (metafile !== undefined) console.log(kilobytes(metafile));
};

try {
  for (const entry of ENTRIES) {
    if (await exists(join(ROOT, entry, 'main.ts'))) await bundle(entry, entryOptions(entry));
  }
  await bundle('cli', COMMAND_OPTIONS);
} finally {
  await rm(join(ROOT, STAGING), { recursive: true, force: true });
}
