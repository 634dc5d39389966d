/**
 * Negative when resource version `a` is older than `b`, positive when newer, 0 when equal. Resource versions are
 * decimal integers of any size without leading zeros (KEP-5504).
 */
export const compareResourceVersions = (a: string, b: string): number => {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
