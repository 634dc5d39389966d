import type { ConfigProblem } from './config-error.ts';
import type { Setting } from './setting.ts';

/** A value as a layer holds it. */
export interface Found {
  text: string;
  /** Where it came from, for a person: `environment variable PORT`. */
  source: string;
}

/**
 * One place that values come from. Layers are read once, at start, in the order of their weight; the first that has a
 * value wins. A layer that needs the network (etcd) reads all its keys before it is built, so that this stays a plain look-up.
 */
export interface Layer {
  find(setting: Setting): Found | undefined;
  /** What is wrong with the layer itself, such as an argument that no setting has. */
  problems?: ConfigProblem[];
}
