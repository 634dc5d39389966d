import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, expect, jest, test } from '@jest/globals';
import { eventually } from './testing/eventually.ts';
import type { LogLine } from './testing/log-lines.ts';
import { serve } from './testing/serve.ts';

jest.setTimeout(60_000);

const CHASSIS = new URL('index.ts', import.meta.url).href;

// A service that can be made to misbehave, run as its own process: signals and exit codes are real.
const PROGRAM = `
  import { createService } from ${JSON.stringify(CHASSIS)};
  import { Router } from ${JSON.stringify(import.meta.resolve('@koa/router'))};
  import { object, int } from ${JSON.stringify(import.meta.resolve('zod'))};
  const open = ({ config, log }) => {
    const router = new Router();
    router.get('/', (ctx) => { ctx.body = 'ok'; });
    router.get('/slow', () => new Promise(() => undefined));
    router.get('/reject', (ctx) => { ctx.body = 'ok'; setImmediate(() => void Promise.reject(new Error('nobody cares'))); });
    if (config.size === 13) throw new Error('unlucky');
    if (config.size === 14) {
      log.info('opening');
      return new Promise(() => undefined);
    }
    return { routes: router };
  };
  const settings = object({ size: int().min(1).default(1) });
  await createService({ name: 'test', version: '1.2.3', settings, open }).run();
`;

/** Runs the service in a process of its own until its scope ends. */
const launch = (argv: string[], environment: Record<string, string> = {}) => {
  const child = spawn(
    process.execPath,
    [
      '--no-warnings',
      '--input-type=module',
      '--eval',
      PROGRAM,
      '--',
      'program',
      '--listen-address',
      '127.0.0.1',
      ...argv,
    ],
    { env: { PORT: '0', MANAGEMENT_PORT: '0', LAME_DUCK_SECONDS: '0', ...environment }, cwd: '/' },
  );
  const exited = once(child, 'exit').then(([code, signal]: unknown[]) => code ?? signal);
  const lines: LogLine[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line.startsWith('{') ? JSON.parse(line) : { line }));
  const stderr = text(child.stderr);
  const line = async (msg: string): Promise<LogLine> => {
    await eventually(`a line ${msg}`, () => lines.some((candidate) => candidate['msg'] === msg));
    return lines.find((candidate) => candidate['msg'] === msg) ?? {};
  };
  return {
    child,
    exited,
    lines,
    line,
    stderr,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
};

const url = ({ port }: LogLine, path = '/') => `http://127.0.0.1:${String(port)}${path}`;

describe('exit code 0', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('after %s', async (signal) => {
    await using service = launch([]);
    const serving = await service.line('serving');
    expect(await (await fetch(url(serving))).text()).toBe('ok');
    service.child.kill(signal);
    expect(await service.exited).toBe(0);
    expect(service.lines.map(({ msg }) => msg).slice(-2)).toEqual(['stopping', 'stopped']);
  });

  test('after --help, which tells every key', async () => {
    await using service = launch(['--help']);
    expect(await service.exited).toBe(0);
    const help = service.lines.map(({ line }) => line).join('\n');
    expect(help).toContain('test 1.2.3');
    expect(help).toContain('SIZE: a whole number, at least 1 (default 1)');
    expect(help).toContain('LAME_DUCK_SECONDS');
  });

  test('after SIGTERM while it opens', async () => {
    await using service = launch(['--size', '14']);
    await service.line('opening');
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
  });
});

describe('exit code 1, with one JSON line and clear text', () => {
  test('for a bad config value', async () => {
    await using service = launch(['--size', '0', '--sise', '1'], { PORT: 'http' });
    expect(await service.exited).toBe(1);
    expect(service.lines).toEqual([
      {
        level: 'fatal',
        time: expect.any(String),
        name: 'test',
        code: 'CONFIG_INVALID',
        msg: 'The configuration cannot be used',
        problems: [
          expect.objectContaining({ key: '--sise', expected: 'a known argument such as --size' }),
          expect.objectContaining({ key: 'SIZE', found: '"0"', source: 'argument --size' }),
          expect.objectContaining({ key: 'PORT', found: '"http"', source: 'environment variable PORT' }),
        ],
      },
    ]);
    expect(await service.stderr).toContain('SIZE: expected a whole number, at least 1, found "0" (argument --size)');
  });

  test('for a port in use', async () => {
    await using other = await serve(createServer());
    await using service = launch(['--port', String(other.port)]);
    expect(await service.exited).toBe(1);
    expect(service.lines).toMatchObject([{ level: 'fatal', code: 'PORT_IN_USE' }]);
    expect(await service.stderr).toContain(`port ${other.port} in use: stop what listens on it`);
  });

  test('for a service that does not open', async () => {
    await using service = launch(['--size', '13']);
    expect(await service.exited).toBe(1);
    expect(service.lines).toMatchObject([{ level: 'fatal', msg: 'start failed', err: { message: 'unlucky' } }]);
  });
});

test('an error that nobody caught begins the stop, and the exit code is 1', async () => {
  await using service = launch([]);
  const serving = await service.line('serving');
  await fetch(url(serving, '/reject'));
  expect(await service.exited).toBe(1);
  expect(service.lines).toContainEqual(
    expect.objectContaining({
      level: 'fatal',
      origin: 'unhandledRejection',
      err: expect.objectContaining({ message: 'nobody cares' }),
    }),
  );
  expect(service.lines.at(-1)).toMatchObject({ msg: 'stopped' });
});

/** Sends a request that is never answered, and waits until it is in flight. */
const slow = async (service: ReturnType<typeof launch>) => {
  const serving = await service.line('serving');
  const management = { port: serving['managementPort'] };
  const request = fetch(url(serving, '/slow')).catch(() => undefined);
  await eventually('the request to be in flight', async () =>
    (await (await fetch(url(management, '/metrics'))).text()).includes(
      'http_server_active_requests{http_request_method="GET",url_scheme="http"} 1',
    ),
  );
  return { management, request };
};

describe('while it waits for a request', () => {
  test('a second SIGTERM changes nothing, a second SIGINT ends it at once', async () => {
    await using service = launch(['--drain-timeout-seconds', '3600']);
    const { management } = await slow(service);
    service.child.kill('SIGTERM');
    await service.line('stopping');
    service.child.kill('SIGTERM');
    await eventually('the second signal', () => service.lines.filter(({ msg }) => msg === 'signal').length === 2);
    expect((await fetch(url(management, '/live'))).status).toBe(200);
    expect((await fetch(url(management, '/ready'))).status).toBe(503);
    service.child.kill('SIGINT');
    await service.line('signal: once more ends at once');
    expect((await fetch(url(management, '/live'))).status).toBe(200);
    service.child.kill('SIGINT');
    expect(await service.exited).toBe(130);
  });

  test('the drain timeout ends it, and says that something was cut', async () => {
    await using service = launch(['--drain-timeout-seconds', '0.05']);
    const { request } = await slow(service);
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    await request;
    expect(service.lines).toContainEqual(expect.objectContaining({ level: 'warn', cut: 1 }));
  });
});
