import { access, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import type { BuildOptions, Metafile } from 'esbuild';

/** Programs that images are made of; each becomes `dist/<name>/main.js`, with all that it needs. */
const ENTRIES = ['operator', 'services/users', 'test/load'];

// Some dependencies are CommonJS and call `require` for what is built into node.
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

const options = (root: URL, entry: string): BuildOptions => ({
  absWorkingDir: root.pathname,
  entryPoints: [`${entry}/main.ts`],
  outdir: `dist/${entry}`,
  entryNames: 'main',
  chunkNames: '[name]-[hash]',
  bundle: true,
  // What is imported only in some cases stays in a file of its own, and costs no memory in the others.
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  treeShaking: true,
  banner: { js: REQUIRE },
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
});

const kilobytes = ({ outputs }: Metafile): string =>
  Object.entries(outputs)
    .filter(([path]) => path.endsWith('.js'))
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
  const { metafile } = await build(options(root, entry));
  if (metafile !== undefined) console.log(kilobytes(metafile));
}
