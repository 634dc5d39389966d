/** RFC 3339 with milliseconds, as all times in status are written. */
export const toTime = (ms: number): string => new Date(ms).toISOString();

/** Milliseconds since the epoch. A time that cannot be read counts as the epoch, so that no wait lasts for ever. */
export const fromTime = (time: string): number => {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? 0 : ms;
};

/** The time of day in UTC, for sentences: `12:30:05Z`. */
export const timeOfDay = (ms: number): string => `${toTime(ms).slice(11, 19)}Z`;
