import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import {
  startControlPlane,
  type ControlPlane,
  type ControlPlaneOptions,
} from '../../k8s/local/control-plane/control-plane.ts';
import { ensureTools } from '../../k8s/local/tools/tools.ts';
import { ApiClient } from '../../operator/runtime/client.ts';
import { resourcePath, type Resource } from '../../operator/runtime/resource.ts';
import { eventually } from './eventually.ts';
import { NODE_NAME } from './kubelet.ts';

const NODES: Resource = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false };
const DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};
const DEFINITION_FILES = new URL('../../charts/operator/files/', import.meta.url);

interface Definition {
  metadata: { name: string };
  status?: { conditions?: { type: string; status: string }[] };
}

/** The way in as a cluster admin. */
export const adminConnection = (kubeconfigPath: string): KubeConfig => {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  return config;
};

/** A client as a cluster admin. */
export const adminClient = (kubeconfigPath: string, userAgent = 'relevo-test'): ApiClient =>
  new ApiClient(adminConnection(kubeconfigPath), { userAgent });

/** Makes one of Relevo's resources known, and waits until it is served. */
const define = async (client: ApiClient, file: URL, signal: AbortSignal): Promise<void> => {
  const definition: Definition = parse(await readFile(file, 'utf8'));
  const path = resourcePath(DEFINITIONS, { name: definition.metadata.name });
  await client.apply(path, definition, { signal, fieldManager: 'test', force: true });
  await eventually(
    `${definition.metadata.name} to be served`,
    () => client.get<Definition>(path, { signal }),
    ({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True') === true,
  );
};

/** Puts in what the tests need: the definitions that the chart installs, and a node to bind pods to. */
const prepare = async (client: ApiClient, signal: AbortSignal): Promise<void> => {
  for (const name of await readdir(DEFINITION_FILES)) await define(client, new URL(name, DEFINITION_FILES), signal);
  await client.apply(
    resourcePath(NODES, { name: NODE_NAME }),
    { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE_NAME } },
    { signal, fieldManager: 'test', force: true },
  );
};

/** A control plane in a folder of its own that stop() removes, with BlueGreen defined. */
export const startTestControlPlane = async (
  signal: AbortSignal,
  report: (line: string) => void = () => undefined,
  more: Pick<ControlPlaneOptions, 'auditReads' | 'admissionPlugins'> = {},
): Promise<ControlPlane> => {
  const tools = await ensureTools({ signal, report });
  const dir = await mkdtemp(join(tmpdir(), 'relevo-api-'));
  const remove = () => rm(dir, { recursive: true, force: true });
  try {
    const controlPlane = await startControlPlane({
      dir,
      tools,
      signal,
      report,
      ...more,
      prepare: async (kubeconfigPath) => {
        const client = adminClient(kubeconfigPath);
        await prepare(client, signal);
        client.close();
      },
    });
    const stop = async () => {
      await controlPlane.stop();
      await remove();
    };
    return { ...controlPlane, stop };
  } catch (error) {
    await remove();
    throw error;
  }
};
