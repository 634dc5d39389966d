const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of time as people say it, in its two largest units: `4.1s`, `12s`, `9m48s`, `3h5m`, `12d`. */
export const duration = (ms: number): string => {
  if (ms < 0) return '0s';
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toString()}s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}s`;
  if (ms < HOUR) return two(ms, MINUTE, 'm', SECOND, 's');
  if (ms < DAY) return two(ms, HOUR, 'h', MINUTE, 'm');
  return two(ms, DAY, 'd', HOUR, 'h');
};

const two = (ms: number, large: number, largeName: string, small: number, smallName: string): string => {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)}${largeName}${rest === 0 ? '' : `${rest}${smallName}`}`;
};

/** How long something has been going on, in whole seconds, so that it does not jitter when it is redrawn. */
export const since = (time: string | Date | undefined, now: number): string =>
  duration(wholeSeconds(now - timeOf(time, now)));

/** How long until then; negative when it has passed. In ms. */
export const until = (time: string, now: number): number => timeOf(time, now) - now;

/** A countdown, rounded up: it ends at 0s. */
export const countdown = (ms: number): string => duration(Math.ceil(ms / SECOND) * SECOND);

const wholeSeconds = (ms: number): number => Math.floor(ms / SECOND) * SECOND;

const timeOf = (time: string | Date | undefined, otherwise: number): number => {
  const ms = time instanceof Date ? time.getTime() : Date.parse(time ?? '');
  return Number.isNaN(ms) ? otherwise : ms;
};
