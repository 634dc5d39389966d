import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { helpText } from './help.ts';
import { describeSettings } from './setting.ts';

test('every key is told with its names, type, default and doc', () => {
  const schema = z.object({
    port: z.int().min(0).max(9).default(8).describe('Port of the API.'),
    databaseUrl: z.url().describe('Where users are kept.'),
    token: z.string().meta({ secret: true }).default('x'),
    address: z.string().optional(),
  });
  const text = helpText('users', '1.2.3', describeSettings(schema));
  expect(text.split('\n')).toEqual([
    'users 1.2.3',
    '',
    expect.stringContaining('an argument (--key value), an environment variable, the file .env'),
    expect.stringContaining('the default'),
    '',
    '  --port          Port of the API.',
    '                  PORT: a whole number from 0 to 9 (default 8)',
    '  --database-url  Where users are kept.',
    '                  DATABASE_URL: a URL (required)',
    '  --token         ',
    '                  TOKEN: a text (default hidden)',
    '  --address       ',
    '                  ADDRESS: a text (not set by default)',
    '',
  ]);
});
