import { appImages, ensureAppArchives, type AppName } from './images/app-images.ts';
import { clusterOfContext, clusterOfNode } from './install/cluster.ts';
import { runCommand } from './commands/command-line.ts';
import { chooseDelivery, deliverImages } from './images/context-images.ts';
import { chooseBuilder } from './images/image-builder.ts';
import { loadImages, type Image } from './images/images.ts';
import { install } from './install/install.ts';
import { nextSteps } from './install/next-steps.ts';
import { localInstance, startNode } from './node/node.ts';
import { withLock } from './process/lock.ts';
import { consoleReport, type Report } from './process/report.ts';
import { shellLine } from './commands/shell-line.ts';
import { readStartOptions, START_USAGE, type StartOptions } from './commands/start-options.ts';
import { checkSystem } from './system/system.ts';

const NAMES: readonly AppName[] = ['operator', 'users', 'load'];
/** The name that the demo knows the load generator's image by. */
const LOAD_ALIAS = 'relevo.local/load:dev';

const imageOf = <I extends Image>(images: readonly I[], name: AppName): I => {
  const found = images.find((image) => image.name === name);
  if (found === undefined) throw new TypeError(`Expected an image ${name} among those built`);
  return found;
};

const startHere = async (options: StartOptions, report: Report, signal: AbortSignal): Promise<string> => {
  await checkSystem(localInstance(), { report, signal });
  const builder = await chooseBuilder(options.builder, signal);
  if (options.nodeOnly) {
    const { instance, tools, kubeconfigPath } = await startNode({ builder, report, signal });
    return `the node "${instance.name}" is ready\n\n${shellLine(tools.dir, kubeconfigPath)}\n`;
  }
  const base = options.base === undefined ? {} : { base: options.base };
  const [node, archives] = await Promise.all([
    startNode({ builder, report, signal }),
    ensureAppArchives({ names: NAMES, builder, ...base, report, signal }),
  ]);
  await loadImages(node, archives, report);
  await node.tagImage(imageOf(archives, 'load').ref, LOAD_ALIAS);
  const cluster = clusterOfNode(node);
  const images = { operator: imageOf(archives, 'operator'), users: imageOf(archives, 'users') };
  // Helm refuses two upgrades of a release at once.
  const onWait = ({ pid }: { pid: string }) => report(`process ${pid} installs into this node: waiting for it`);
  const revision = await withLock({ name: `install-${node.instance.id}`, signal, onWait }, async () => {
    return await install({ cluster, images, report, signal });
  });
  return nextSteps(cluster, revision, shellLine(node.tools.dir, node.kubeconfigPath), 'npm run demo');
};

const startElsewhere = async (
  context: string,
  options: StartOptions,
  report: Report,
  signal: AbortSignal,
): Promise<string> => {
  const delivery = await chooseDelivery(context, options.registry);
  const cluster = await clusterOfContext(context, report, signal);
  const builder = await chooseBuilder(options.builder, signal);
  const base = options.base === undefined ? {} : { base: options.base };
  const specs = await appImages({ names: NAMES, builder, ...base, signal });
  const delivered = await deliverImages(specs, delivery, { builder, report, signal });
  const images = { operator: imageOf(delivered, 'operator'), users: imageOf(delivered, 'users') };
  const revision = await install({ cluster, images, report, signal });
  const demo = `npm run demo -- --context ${context} --load-image ${imageOf(delivered, 'load').ref}`;
  return nextSteps(cluster, revision, undefined, demo);
};

await runCommand(START_USAGE, async (signal) => {
  const options = readStartOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(START_USAGE);
    return 0;
  }
  const report = consoleReport();
  const { context } = options;
  const text =
    context === undefined
      ? await startHere(options, report, signal)
      : await startElsewhere(context, options, report, signal);
  report('done');
  process.stdout.write(`\n${text}`);
  return 0;
});
