import { createServer } from 'node:http';
import { Router } from '@koa/router';
import Koa from 'koa';
import { pino } from 'pino';
import * as z from 'zod';
import { createService, type RequestState } from '../../../services/chassis/index.ts';
import { standardOutput, createLog } from '../../../services/chassis/log.ts';
import { systemClock } from '../../../services/chassis/clock.ts';
import { VARIANTS, type Variant } from './variants.ts';

/** One server under test, in a process of its own: says its port to its parent, and what it has used when it is asked. */

const routes = () => {
  const router = new Router<RequestState>();
  router.get('/hello/:name', (ctx) => {
    ctx.body = { hello: ctx.params['name'] };
  });
  return router;
};

const serveKoa = (): Promise<number> => {
  const app = new Koa<RequestState>();
  const router = routes();
  app.use(router.routes()).use(router.allowedMethods());
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });
};

const serveChassis = async (accessLog: boolean): Promise<number> => {
  const service = createService({
    name: 'bench',
    version: '0',
    settings: z.object({}),
    open: () => ({ routes: routes() }),
  });
  const argv = ['--port=0', '--management-port=0', '--listen-address=127.0.0.1', `--access-log=${accessLog}`];
  const configured = service.configure({ argv, environment: {}, folder: '/' });
  if (configured === 'help') throw new TypeError('Expected a configuration');
  const sink = standardOutput();
  const log = accessLog ? createLog('bench', 'info', sink.destination) : pino({ level: 'silent' });
  const { port } = await configured.start({ log, clock: systemClock, signal: new AbortController().signal });
  return port;
};

const variant = VARIANTS.find((one) => one === process.argv[2]);
if (variant === undefined) throw new TypeError(`Expected one of ${VARIANTS.join(', ')}, found ${process.argv[2]}`);
const serve: Record<Variant, () => Promise<number>> = {
  koa: serveKoa,
  chassis: () => serveChassis(false),
  'chassis, access log': () => serveChassis(true),
};
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
process.send?.({ port: await serve[variant]() });
