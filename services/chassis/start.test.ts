import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Router } from '@koa/router';
import { describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { silentLog } from './log.ts';
import { createService, type OpenService, type ServiceContext } from './service.ts';
import type { RequestState } from './state.ts';
import { eventually } from './testing/eventually.ts';
import { keptLog } from './testing/log-lines.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { writeVolume } from './testing/pod-info-volume.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

jest.setTimeout(30_000);

const settings = z.object({ greeting: z.string().default('Hello') });
type Context = ServiceContext<z.output<typeof settings>>;

const routes = (greeting: string) => {
  const router = new Router<RequestState>();
  router.get('/', (ctx) => {
    ctx.body = greeting;
  });
  return router;
};

const start = async ({
  environment = {},
  open = ({ config }) => ({ routes: routes(config.greeting) }),
  clock = new ManualClock(),
  log = silentLog(),
  signal = new AbortController().signal,
}: {
  environment?: Record<string, string>;
  open?: (context: Context) => Promise<OpenService> | OpenService;
  clock?: ManualClock;
  log?: ReturnType<typeof silentLog>;
  signal?: AbortSignal;
}) => {
  const configured = createService({ name: 'test', version: '1.2.3', settings, open }).configure({
    argv: [],
    environment: { PORT: '0', MANAGEMENT_PORT: '0', LISTEN_ADDRESS: '127.0.0.1', ...environment },
    folder: '/nowhere',
  });
  if (configured === 'help') throw new Error('Expected a service, found help');
  const running = await configured.start({ log, clock, signal });
  /** Stops, with the clock running until it is done. */
  const stop = async (): Promise<void> => {
    let done = false;
    const stopping = running.stop().finally(() => (done = true));
    await eventually('the stop', () => {
      clock.advance(done ? 0 : 100);
      return done;
    });
    await stopping;
  };
  return { ...running, clock, stop, begin: async () => running.stop(), [Symbol.asyncDispose]: stop };
};

const url = (port: number, path = '/') => `http://127.0.0.1:${port}${path}`;
const statusOf = async (port: number, path: string) => (await fetch(url(port, path))).status;

test('a started service serves its routes and tells of itself', async () => {
  await using service = await start({ environment: { GREETING: 'Hi' } });
  expect(await (await fetch(url(service.port))).text()).toBe('Hi');
  const status = await (await fetch(url(service.managementPort, '/status'))).json();
  expect(status).toMatchObject({
    name: 'test',
    version: '1.2.3',
    phase: 'serving',
    config: { greeting: { value: 'Hi', source: 'environment variable GREETING' } },
  });
});

test('the management port answers while the service opens', async () => {
  const opened = Promise.withResolvers<OpenService>();
  const { log, lines } = keptLog();
  // A free port that is known before the start: the one of a service that has just stopped.
  const other = await start({});
  await other.stop();
  const starting = start({
    log,
    environment: { MANAGEMENT_PORT: String(other.managementPort) },
    open: () => opened.promise,
  });
  await eventually('an answer', async () => {
    try {
      return (await statusOf(other.managementPort, '/startup')) === 503;
    } catch {
      return false;
    }
  });
  expect(await statusOf(other.managementPort, '/live')).toBe(200);
  expect(lines).toEqual([]);
  opened.resolve({ routes: routes('late') });
  await using service = await starting;
  expect(await statusOf(service.managementPort, '/startup')).toBe(200);
});

describe('a start that fails', () => {
  test('closes what it has opened', async () => {
    await using other = await start({});
    const closed: string[] = [];
    const failing = start({
      environment: { PORT: String(other.port) },
      open: () => ({ routes: routes('x'), close: () => void closed.push('store') }),
    });
    await expect(failing).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    expect(closed).toEqual(['store']);
  });

  test('passes on why the service did not open', async () => {
    await expect(start({ open: () => Promise.reject(new Error('no database')) })).rejects.toThrow('no database');
  });

  test('ends when it is given up, though the service does not open', async () => {
    const giveUp = new AbortController();
    const opening = Promise.withResolvers<void>();
    const failing = start({
      signal: giveUp.signal,
      open: () => {
        opening.resolve();
        return new Promise<OpenService>(() => undefined);
      },
    });
    await opening.promise;
    giveUp.abort(new Error('given up'));
    await expect(failing).rejects.toThrow('given up');
  });
});

test('the hand-over signal: retired pods ask their clients to leave, and stay ready', async () => {
  using folder = temporaryFolder();
  writeVolume(folder.path, { traffic: 'active', revision: 'test-5f7c9d2b41' });
  await using service = await start({ environment: { POD_INFO_PATH: folder.path } });
  const ask = async () => {
    const { headers } = await fetch(url(service.port));
    return [headers.get('connection'), headers.get('x-relevo-revision')];
  };
  await eventually('the watch', () => service.clock.sleeping > 0);
  expect(await ask()).toEqual(['keep-alive', 'test-5f7c9d2b41']);
  writeVolume(folder.path, { traffic: 'retired', revision: 'test-5f7c9d2b41' });
  await eventually('the signal', async () => (await ask())[0] === 'close');
  expect(await statusOf(service.managementPort, '/ready')).toBe(200);
  writeVolume(folder.path, { traffic: 'active', revision: 'test-5f7c9d2b41' });
  await eventually('the way back', async () => (await ask())[0] === 'keep-alive');
});

test('the revision header can be switched off', async () => {
  using folder = temporaryFolder();
  writeVolume(folder.path, { traffic: 'active', revision: 'test-5f7c9d2b41' });
  await using service = await start({ environment: { POD_INFO_PATH: folder.path, REVISION_HEADER: 'false' } });
  expect((await fetch(url(service.port))).headers.has('x-relevo-revision')).toBe(false);
});

describe('the stop', () => {
  test('first turns readiness off while everything is still served, then closes', async () => {
    const events: string[] = [];
    const service = await start({
      open: ({ stopping }) => {
        stopping.addEventListener('abort', () => events.push('stopping'));
        return { routes: routes('Hello'), close: () => void events.push('closed') };
      },
    });
    void service.begin();
    expect(events).toEqual(['stopping']);
    expect(await statusOf(service.managementPort, '/ready')).toBe(503);
    expect(await statusOf(service.managementPort, '/live')).toBe(200);
    const response = await fetch(url(service.port));
    expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
    await service.stop();
    expect(events).toEqual(['stopping', 'closed']);
    await expect(fetch(url(service.port))).rejects.toThrow('fetch failed');
    await expect(fetch(url(service.managementPort, '/live'))).rejects.toThrow('fetch failed');
  });

  test('tells when close fails or takes too long', async () => {
    const failing = await start({ open: () => ({ routes: [], close: () => Promise.reject(new Error('disk')) }) });
    await expect(failing.stop()).rejects.toThrow('disk');
    const endless = await start({ open: () => ({ routes: [], close: () => new Promise(() => undefined) }) });
    await expect(endless.stop()).rejects.toMatchObject({ code: 'CLOSE_TIMEOUT' });
    await expect(fetch(url(endless.managementPort, '/live'))).rejects.toThrow('fetch failed');
  });

  test('loses no request of clients that keep their connections, or of those that do not', async () => {
    const old = await start({ environment: { GREETING: 'old' } });
    await using young = await start({ environment: { GREETING: 'young' } });
    // Stands for the Service: where new connections go.
    let target = old.port;
    const agent = (keepAlive: boolean) => {
      const made = new Agent({ keepAlive });
      return Object.assign(made, { createConnection: () => connect(target, '127.0.0.1') });
    };
    const clients = [true, true, true, true, false, false].map((keepAlive) => ({
      agent: agent(keepAlive),
      last: '',
      answers: 0,
      failures: [] as unknown[],
    }));
    const load = new AbortController();
    const work = clients.map(async (client) => {
      while (!load.signal.aborted) {
        try {
          client.last = await ask(client.agent);
          client.answers += 1;
        } catch (error) {
          client.failures.push(error);
        }
      }
    });
    const all = async (what: string) =>
      eventually(`${what} everywhere`, () => clients.every(({ last }) => last === what));

    await all('old');
    void old.begin();
    // The Service hears of it late: until then new connections still come, and must be served.
    const heard = clients.map(({ answers }) => answers + 20);
    await eventually('more answers', () => clients.every(({ answers }, index) => answers > (heard[index] ?? 0)));
    target = young.port;
    await all('young');
    await old.stop();
    const after = clients.map(({ answers }) => answers + 20);
    await eventually('more answers', () => clients.every(({ answers }, index) => answers > (after[index] ?? 0)));
    load.abort();
    await Promise.all(work);
    expect(clients.flatMap(({ failures }) => failures)).toEqual([]);
    for (const client of clients) client.agent.destroy();
  });
});

const ask = async (agent: Agent): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  get({ host: '127.0.0.1', agent }, (response) => void text(response).then(resolve, reject)).on('error', reject);
  return promise;
};
