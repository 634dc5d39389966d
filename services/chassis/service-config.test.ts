import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { loadServiceConfig, serviceSettings } from './service-config.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const schema = z.object({ greeting: z.string().default('Hello') });

const load = (from: { argv?: string[]; environment?: Record<string, string>; folder?: string }) => {
  const config = loadServiceConfig(schema, { argv: [], environment: {}, folder: '/nowhere', ...from });
  if (config === 'help') throw new Error('Expected a config, found help');
  return config;
};

test('arguments, environment, .env, mounted files and defaults, in this order', () => {
  using folder = temporaryFolder();
  using mounted = temporaryFolder();
  const settings = ['KEEP_ALIVE_SECONDS', 'BODY_LIMIT_BYTES', 'MANAGEMENT_PORT', 'PORT'];
  for (const name of settings) writeFileSync(join(mounted.path, name), '4');
  writeFileSync(join(folder.path, '.env'), 'BODY_LIMIT_BYTES=3\nMANAGEMENT_PORT=3\nPORT=3');

  const { chassis, entries } = load({
    argv: ['--port', '1'],
    environment: { MANAGEMENT_PORT: '2', PORT: '2', CONFIG_PATH: mounted.path },
    folder: folder.path,
  });
  expect(chassis).toMatchObject({
    port: 1,
    managementPort: 2,
    bodyLimitBytes: 3,
    keepAliveSeconds: 4,
    lameDuckSeconds: 5,
  });
  expect(entries).toMatchObject({
    port: { source: 'argument --port' },
    managementPort: { source: 'environment variable MANAGEMENT_PORT' },
    bodyLimitBytes: { source: `BODY_LIMIT_BYTES in ${join(folder.path, '.env')}` },
    keepAliveSeconds: { source: `file ${join(mounted.path, 'KEEP_ALIVE_SECONDS')}` },
    lameDuckSeconds: { source: 'default' },
    greeting: { value: 'Hello', source: 'default' },
  });
});

test('bad values of the service and of the chassis are told together', () => {
  expect(() =>
    load({ environment: { GREETING: 'hi', PORT: 'x', LOG_LEVEL: 'loud' }, argv: ['--gretting', 'hi'] }),
  ).toThrow(/3 bad values[^]*--greeting[^]*PORT[^]*LOG_LEVEL: expected one of trace, debug/);
});

test('a config folder that was named must be there', () => {
  expect(() => load({ argv: ['--config-path', '/nowhere'] })).toThrow(
    'CONFIG_PATH: expected a folder that exists, found "/nowhere" (argument --config-path)',
  );
  expect(load({}).chassis.configPath).toBe('/etc/config');
});

test('the two ports must differ, unless both are free ones', () => {
  expect(() => load({ environment: { PORT: '9090' } })).toThrow(
    'MANAGEMENT_PORT: expected another port than PORT, found 9090 for both',
  );
  expect(load({ argv: ['--port=0', '--management-port=0'] }).chassis.port).toBe(0);
});

test('help counts more than mistakes', () => {
  expect(loadServiceConfig(schema, { argv: ['--port', 'x', '--help'], environment: {}, folder: '/nowhere' })).toBe(
    'help',
  );
});

test("a service cannot take one of the chassis's keys", () => {
  expect(() => serviceSettings(z.object({ logLevel: z.string() }))).toThrow(
    'Expected a key that the chassis does not have, found logLevel',
  );
});
