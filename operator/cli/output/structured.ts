import { stringify } from 'yaml';

/** An answer for programs. Fields that are undefined are left out. */
export const structured = (value: unknown, format: 'json' | 'yaml'): string =>
  format === 'json'
    ? `${JSON.stringify(value, undefined, 2)}\n`
    : stringify(JSON.parse(JSON.stringify(value)), { lineWidth: 0 });
