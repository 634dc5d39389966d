import { access, chmod, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import type { BuildOptions, Metafile } from 'esbuild';

/** Programs that images are made of; each becomes `dist/<name>/main.js`, with all that it needs. */
const ENTRIES = ['operator', 'services/users', 'test/load'];

// Some dependencies are CommonJS and call `require` for what is built into node.
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/** The command line, which kubectl finds by its name: one file, so that it can be copied to any place of the PATH. */
const COMMAND = 'kubectl-relevo';

const options = (root: URL): BuildOptions => ({
  absWorkingDir: root.pathname,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  treeShaking: true,
  banner: { js: REQUIRE },
  metafile: true,
  logLevel: 'warning',
});

const entryOptions = (root: URL, entry: string): BuildOptions => ({
  ...options(root),
  entryPoints: [`${entry}/main.ts`],
  outdir: `dist/${entry}`,
  entryNames: 'main',
  chunkNames: '[name]-[hash]',
  // What is imported only in some cases stays in a file of its own, and costs no memory in the others.
  splitting: true,
  legalComments: 'linked',
});

const commandOptions = (root: URL): BuildOptions => ({
  ...options(root),
  entryPoints: ['operator/cli/main.ts'],
  outfile: `dist/cli/${COMMAND}`,
  banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
  legalComments: 'eof',
});

const kilobytes = ({ outputs }: Metafile): string =>
  Object.entries(outputs)
    .filter(([path]) => path.endsWith('.js') || path.endsWith(COMMAND))
    .map(([path, { bytes }]) => `${path} ${Math.ceil(bytes / 1024)} kB`)
    .join(', ');

const exists = (path: URL): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const root = new URL('../', import.meta.url);
for (const entry of ENTRIES) {
  if (!(await exists(new URL(`${entry}/main.ts`, root)))) continue;
  await rm(new URL(`dist/${entry}`, root), { recursive: true, force: true });
  const { metafile } = await build(entryOptions(root, entry));
  if (metafile !== undefined) console.log(kilobytes(metafile));
}
const { metafile } = await build(commandOptions(root));
await chmod(new URL(`dist/cli/${COMMAND}`, root), 0o755);
if (metafile !== undefined) console.log(kilobytes(metafile));
