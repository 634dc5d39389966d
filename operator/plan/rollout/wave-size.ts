/**
 * How many consumers a wave may have. A share is of all consumers and is rounded down, because the limit is a promise;
 * but never below one, because then nothing would ever move.
 */
export const waveSize = (maxConcurrent: number | string, total: number): number => {
  const size = typeof maxConcurrent === 'number' ? maxConcurrent : (Number.parseInt(maxConcurrent, 10) * total) / 100;
  return Math.max(1, Math.floor(size));
};
