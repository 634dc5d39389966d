import { appImages, APP_ENTRIES, type AppName } from '../../k8s/local/images/app-images.ts';
import { chooseBuilder } from '../../k8s/local/images/image-builder.ts';
import { ensureArchive, type ImageArchive, loadImages } from '../../k8s/local/images/images.ts';
import { startNode } from '../../k8s/local/node/node.ts';
import type { Report } from '../../k8s/local/process/report.ts';
import { type ClusterEnvironment, NEXT_TAG } from './environment.ts';

/** A node of the tests' own, beside the one of `npm start` that may be running. */
export interface TestNode {
  environment: ClusterEnvironment;
  /** Ends the node and removes its state. */
  stop(): Promise<void>;
}

/** Name of the tests' node: another one than that of `npm start`. */
export const TEST_NODE = 'test';

const NAMES = Object.keys(APP_ENTRIES).filter((name): name is AppName => name in APP_ENTRIES);

const refOf = ({ repository, tag }: { repository: string; tag: string }): string => `${repository}:${tag}`;

/** Starts the node from nothing, with the project's images in it. */
export const startTestNode = async (report: Report, signal: AbortSignal): Promise<TestNode> => {
  const node = await startNode({ name: TEST_NODE, report, signal });
  try {
    const builder = await chooseBuilder(undefined, signal);
    const specs = await appImages({ names: NAMES, builder, signal });
    const archives: ImageArchive[] = [];
    for (const spec of specs) archives.push(await ensureArchive(spec, { builder, report, signal }));
    await loadImages(node, archives, report);
    const imageOf = (name: AppName): { repository: string; tag: string } => {
      const found = archives.find((archive) => archive.name === name);
      if (found === undefined) throw new Error(`Expected an image ${name}`);
      return { repository: found.repository, tag: found.tag };
    };
    await node.tagImage(refOf(imageOf('users')), refOf({ ...imageOf('users'), tag: NEXT_TAG }));
    const images = { operator: imageOf('operator'), users: imageOf('users'), load: imageOf('load') };
    const environment = { kubeconfigPath: node.kubeconfigPath, tools: node.tools.dir, images };
    return { environment, stop: () => node.stop({ delete: true }) };
  } catch (error) {
    await node.stop({ delete: true });
    throw error;
  }
};
