/** An image as `buildah images --json` tells of it. */
export interface StoredImage {
  id: string;
  /** `repository:tag`; none when a newer image has taken its name. */
  names?: string[] | null;
  /** Seconds since the epoch. */
  created: number;
}

/** What images are removed by: names of all but the newest few of each repository, and ids of those without a name. */
export const outdatedImages = (images: readonly StoredImage[], kept: number): string[] => {
  const refs = images
    .toSorted((a, b) => b.created - a.created)
    .flatMap(({ names }) => names ?? [])
    .map((ref) => ({ ref, repository: ref.slice(0, ref.lastIndexOf(':')) }));
  const byRepository = Map.groupBy(refs, ({ repository }) => repository);
  const old = [...byRepository.values()].flatMap((same) => same.slice(kept).map(({ ref }) => ref));
  const nameless = images.filter(({ names }) => (names ?? []).length === 0).map(({ id }) => id);
  return [...old, ...nameless];
};

/** Moves a tag to the front of those that were used, newest first, and says which are too old to be kept. */
export const useTag = (used: readonly string[], tag: string, kept: number): { used: string[]; outdated: string[] } => {
  const all = [tag, ...used.filter((other) => other !== tag)];
  return { used: all.slice(0, kept), outdated: all.slice(kept) };
};
