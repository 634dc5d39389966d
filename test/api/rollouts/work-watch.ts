import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import type { BlueGreen } from '../../../operator/api/bluegreen.ts';
import { LABEL_BLUEGREEN, LABEL_REVISION } from '../../../operator/api/names.ts';
import { BLUE_GREENS, DEPLOYMENTS, SERVICES } from '../../../operator/controllers/resources.ts';
import { resourcePath, type Resource } from '../../../operator/runtime/resource.ts';
import type { Scene } from '../scene.ts';
import { watchObjects } from '../watch-objects.ts';

interface Happening {
  at: number;
  /** What it changes in the picture. */
  apply: (picture: Picture) => void;
}

interface Watched {
  metadata?: { resourceVersion?: string; uid?: string };
}

/** Takes a change into the picture. */
type Note<T> = (picture: Picture, object: T) => void;

/** What is known of the namespace at one point of its history. */
interface Picture {
  /** By BlueGreen: what its Service selects. */
  selected: Map<string, string>;
  /** By Deployment: the revision that it runs, while it has replicas. */
  running: Map<string, string>;
  /** Deployments that run a revision which was not selected yet since they were filled with it: `web-00/web-00-blue`. */
  filled: Set<string>;
  /** BlueGreens that say themselves that a release is under way. */
  releasing: Set<string>;
}

/**
 * Counts the releases that are at work, from outside: a Deployment that was filled with a revision is at work until the
 * Service selects that revision, or it is emptied. Everything that happens in the namespace is noted with its resource
 * version and read in that order afterwards, because watches of several kinds are not in step.
 */
export class WorkWatch {
  readonly #happenings: Happening[] = [];
  readonly #scene: Scene;
  readonly #done: Promise<unknown>;
  readonly #over = new AbortController();

  private constructor(scene: Scene) {
    this.#scene = scene;
    this.#done = Promise.all([
      this.#watch<V1Deployment>(DEPLOYMENTS, noteDeployment),
      this.#watch<V1Service>(SERVICES, noteService),
      this.#watch<BlueGreen>(BLUE_GREENS, noteBlueGreen),
    ]);
  }

  static start(scene: Scene): WorkWatch {
    return new WorkWatch(scene);
  }

  /** Ends the watch; the most releases that were at work at the same time, by the world and by their own words. */
  async most(): Promise<{ filled: number; releasing: number; fills: number }> {
    this.#over.abort();
    await this.#done;
    const picture: Picture = { selected: new Map(), running: new Map(), filled: new Set(), releasing: new Set() };
    const most = { filled: 0, releasing: 0, fills: 0 };
    for (const { apply } of this.#happenings.toSorted((left, right) => left.at - right.at)) {
      const before = picture.filled.size;
      apply(picture);
      if (picture.filled.size > before) most.fills += 1;
      most.filled = Math.max(most.filled, new Set([...picture.filled].map((key) => key.split('/')[0])).size);
      most.releasing = Math.max(most.releasing, picture.releasing.size);
    }
    return most;
  }

  async #watch<T extends Watched>(resource: Resource, note: Note<T>): Promise<void> {
    const { client, namespace, signal } = this.#scene;
    const ended = AbortSignal.any([this.#over.signal, signal]);
    for await (const { object } of watchObjects<T>(client, resourcePath(resource, { namespace }), ended)) {
      const at = Number(object.metadata?.resourceVersion);
      this.#happenings.push({ at, apply: (picture) => note(picture, object) });
    }
  }
}

const noteService = (picture: Picture, { metadata, spec }: V1Service): void => {
  const bluegreen = spec?.selector?.[LABEL_BLUEGREEN];
  const revision = spec?.selector?.[LABEL_REVISION];
  if (bluegreen === undefined || revision === undefined || metadata?.name !== bluegreen) return;
  picture.selected.set(bluegreen, revision);
  for (const [deployment, running] of picture.running) {
    if (running === revision) picture.filled.delete(`${bluegreen}/${deployment}`);
  }
};

const noteDeployment = (picture: Picture, { metadata, spec }: V1Deployment): void => {
  const name = metadata?.name ?? '';
  const bluegreen = metadata?.labels?.[LABEL_BLUEGREEN] ?? '';
  const revision = spec?.replicas === 0 ? undefined : metadata?.labels?.[LABEL_REVISION];
  const key = `${bluegreen}/${name}`;
  if (revision === picture.running.get(name)) return;
  if (revision === undefined) picture.running.delete(name);
  else picture.running.set(name, revision);
  // The first release of all serves as soon as it can; it is nobody's wave.
  const isFirst = !picture.selected.has(bluegreen);
  if (revision === undefined || isFirst || picture.selected.get(bluegreen) === revision) picture.filled.delete(key);
  else picture.filled.add(key);
};

const noteBlueGreen = (picture: Picture, { metadata, status }: BlueGreen): void => {
  const name = metadata.name ?? '';
  if (status?.release === undefined || status.active === undefined) picture.releasing.delete(name);
  else picture.releasing.add(name);
};
