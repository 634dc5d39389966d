import { UsageError } from '../errors.ts';

const UNITS = { s: 1, m: 60, h: 3600 } as const;

/** A span of time as kubectl takes it, `90s`, `10m`, `1h30m`; a bare number is seconds. */
export const readSeconds = (flag: string, text: string): number => {
  const { h, m, s, bare } = /^(?:(?<h>\d+)h)?(?:(?<m>\d+)m)?(?:(?<s>\d+)s)?$|^(?<bare>\d+)$/u.exec(text)?.groups ?? {};
  if (bare !== undefined) return Number(bare);
  if (h === undefined && m === undefined && s === undefined) {
    throw new UsageError(`Expected --${flag} to be a time such as 90s, 10m or 1h, found ${text}`);
  }
  return Number(h ?? 0) * UNITS.h + Number(m ?? 0) * UNITS.m + Number(s ?? 0) * UNITS.s;
};
