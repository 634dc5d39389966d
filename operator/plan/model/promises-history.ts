import type { BlueGreenStatus, HistoryEntry } from '../../api/bluegreen.ts';
import { promise } from './broken-promise.ts';
import { isSame } from './same.ts';

/**
 * I7: each release that was started ends with exactly one entry, and none is lost but by the limit. While it waits, a
 * release may become that of another revision.
 */
export const checkHistory = (before: BlueGreenStatus | undefined, after: BlueGreenStatus, limit: number): void => {
  const release = before?.release;
  const old = before?.history ?? [];
  const isSameStart = after.release?.startedAt === release?.startedAt;
  const isOther = !isSameStart || after.release?.revision !== release?.revision;
  const isChanged = before?.step.name === 'Waiting' && isSameStart && isSame(after.history, old);
  const ended = release !== undefined && isOther && !isChanged;
  const kept = after.history.slice(ended ? 1 : 0);
  const cut = kept.length < old.length;
  promise(
    isSame(kept.map(identity), old.slice(0, kept.length).map(identity)) && (!cut || after.history.length >= limit),
    'I7',
    `expected ${ended ? 'one entry' : 'no entry'} more, the history went from ${names(old)} to ${names(after.history)}`,
  );
  promise(
    !ended || after.history.length <= limit,
    'I7',
    `the history has ${after.history.length} entries, limit ${limit}`,
  );
  const entry = after.history[0];
  if (!ended || limit === 0) return;
  promise(
    entry?.revision === release.revision && entry.startedAt === release.startedAt,
    'I7',
    `the release of ${release.revision} ended, but the newest entry is of ${entry?.revision}`,
  );
};

/** A later release may change what an entry says of its outcome (taken back), never which release it is about. */
const identity = ({ revision, startedAt, endedAt }: HistoryEntry): string[] => [revision, startedAt, endedAt];

const names = (history: BlueGreenStatus['history']): string =>
  `[${history.map(({ revision, outcome }) => `${revision} ${outcome}`).join(', ')}]`;
