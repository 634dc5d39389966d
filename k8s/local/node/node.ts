import { applyAddons } from './addons.ts';
import { startMachine, stopMachine } from './boot.ts';
import { run } from '../process/command.ts';
import { chooseBuilder, type ImageBuilder } from '../images/image-builder.ts';
import { ensureArchive, loadImages } from '../images/images.ts';
import { CHECKOUT, instanceOf, MAIN, type Instance } from './instance.ts';
import { containerdSocket } from './node-config.ts';
import { addonImages, pauseImage } from '../images/node-images.ts';
import type { Report } from '../process/report.ts';
import { checkSystem } from '../system/system.ts';
import { ensureTools, type Tools } from '../tools/tools.ts';

/** Which node, and who hears of its progress. */
export interface NodeOptions {
  /** `main` (default) is the one of `npm start`; tests use a name of their own. */
  name?: string;
  report: Report;
  signal: AbortSignal;
}

/** What a start can be told besides. */
export interface StartOptions extends NodeOptions {
  /** Builds the images; default: Docker where an engine answers, else buildah. */
  builder?: ImageBuilder;
}

/** A whole Kubernetes node that runs on this machine, apart from it. It goes on when this process ends. */
export interface LocalNode {
  readonly instance: Instance;
  readonly tools: Tools;
  /** What builds images here. */
  readonly builder: ImageBuilder;
  /** Kubeconfig of a cluster admin. */
  readonly kubeconfigPath: string;
  /** Whether the node has an image of that name. */
  hasImage(ref: string): Promise<boolean>;
  /** Gives an OCI or Docker archive's images to the node. */
  importImage(archive: string): Promise<void>;
  /** Gives an image of the node one more name; takes the name away from the image that had it. */
  tagImage(ref: string, alias: string): Promise<void>;
  /** Takes an image's name from the node; what no other name or pod needs goes with it. */
  removeImage(ref: string): Promise<void>;
  /** Ends the node; its state stays for the next start, unless it is to be deleted. */
  stop(options?: { delete?: boolean }): Promise<void>;
}

/** The instance of that name in this checkout. */
export const localInstance = (name: string = MAIN): Instance =>
  instanceOf({ name, checkout: CHECKOUT, env: process.env });

const nodeOf = (
  instance: Instance,
  tools: Tools,
  builder: ImageBuilder,
  { report, signal }: NodeOptions,
): LocalNode => {
  const images = async (...args: string[]) =>
    await run(tools.path('ctr'), ['--address', containerdSocket(instance), '-n', 'k8s.io', 'images', ...args], {
      signal,
    });
  return {
    instance,
    tools,
    builder,
    kubeconfigPath: instance.kubeconfigPath,
    hasImage: async (ref) => (await images('list', '-q', `name==${ref}`)).trim() !== '',
    importImage: async (archive) => {
      await images('import', archive);
    },
    tagImage: async (ref, alias) => {
      await images('tag', '--force', ref, alias);
    },
    removeImage: async (ref) => {
      await images('rm', ref);
    },
    stop: async (options) => {
      await stopMachine(instance, { report, signal, delete: options?.delete ?? false });
    },
  };
};

/**
 * Brings up a node, or finds it running, and waits until pods can run; DNS and metrics come up a few seconds later.
 * Whatever an interrupted call left is taken up or cleared away. Installs missing system packages and builds missing
 * tools first.
 */
export const startNode = async (options: StartOptions): Promise<LocalNode> => {
  const { name = MAIN, report, signal } = options;
  const instance = localInstance(name);
  await checkSystem(instance, { report, signal });
  const tools = await ensureTools({ report, signal });
  const builder = options.builder ?? (await chooseBuilder(undefined, signal));
  const buildArchives = async () => {
    const archives = [];
    for (const spec of [await pauseImage(), ...addonImages(tools)]) {
      archives.push(await ensureArchive(spec, { builder, report, signal }));
    }
    return archives;
  };
  const [archives] = await Promise.all([buildArchives(), startMachine(instance, tools, { report, signal })]);
  const node = nodeOf(instance, tools, builder, options);
  await loadImages(node, archives, report);
  await applyAddons(instance, tools, archives, signal);
  return node;
};

/** Stops a node, whatever state it is in, also one that never came up. True if it ran. */
export const stopNode = async (options: NodeOptions & { delete?: boolean }): Promise<boolean> =>
  await stopMachine(localInstance(options.name), { ...options, delete: options.delete ?? false });
