import type { Registry } from 'prom-client';
import { Meter } from '../../runtime/meter.ts';

/** What was built. */
export interface BuildInfo {
  version: string;
  /** The commit of the sources; `unknown` when nobody has told. */
  commit: string;
}

/** The gauge that tells which build runs, on which node. */
export const addBuildInfo = (registry: Registry, { version, commit }: BuildInfo): void => {
  const info = new Meter(registry).gauge({
    name: 'relevo_build_info',
    help: 'Always 1: the version of the operator, its commit and the version of node.',
    labels: ['version', 'commit', 'node_version'],
  });
  info.set({ version, commit, node_version: process.version }, 1);
};
