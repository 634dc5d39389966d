import type { RecordView } from './types.ts';

/**
 * Records, the newest first. Two writers may have given out the same number: then the name decides, so that the order
 * of a cache decides nothing and every process comes to the same plan.
 */
export const newestFirst = (records: readonly RecordView[]): RecordView[] =>
  records.toSorted((a, b) => b.number - a.number || (a.revision < b.revision ? -1 : 1));
