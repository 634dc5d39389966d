import type { Router } from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { errorCode } from './config/error-code.ts';
import { type Log, silentLog } from './log.ts';
import { Metrics } from './metrics.ts';
import { observe } from './observe.ts';
import { problems } from './problems.ts';
import type { RequestState } from './state.ts';

/** The Koa app of a service. */
export type App = Koa<RequestState>;

/** The routes of a service. */
export type Routes = Router<RequestState>;

/** How an app is made; everything but the routes has a default, so that a test names only what it is about. */
export interface AppOptions {
  routes: Routes | Routes[];
  log?: Log;
  metrics?: Metrics;
  /** The value of `x-relevo-revision`; without it there is no such header. */
  revision?: () => string | undefined;
  bodyLimitBytes?: number;
  trustProxy?: boolean;
  accessLog?: boolean;
}

/**
 * Makes the app of a service: its routes, with metrics, access log, revision header and problem documents around them.
 * It needs no port: `supertest(app.callback())` tests it.
 */
export const createApp = ({
  routes,
  log = silentLog(),
  metrics = new Metrics(),
  revision = () => undefined,
  bodyLimitBytes = 102_400,
  trustProxy = false,
  accessLog = true,
}: AppOptions): App => {
  const app: App = new Koa<RequestState>({ proxy: trustProxy });
  // What reaches Koa's own handler failed while the answer was being sent: it can only be logged.
  app.on('error', (error: unknown) =>
    log[isDisconnect(error) ? 'debug' : 'error']({ err: error }, 'the answer broke off'),
  );
  app.use(observe({ log, metrics, accessLog, bodyLimitBytes }));
  app.use(revisionHeader(revision));
  app.use(problems());
  for (const router of [routes].flat()) app.use(router.routes()).use(router.allowedMethods());
  return app;
};

/** How Node tells that the client went away, which the access log says anyway. */
const DISCONNECTS = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE', 'ERR_STREAM_PREMATURE_CLOSE']);

const isDisconnect = (error: unknown): boolean => DISCONNECTS.has(errorCode(error) ?? '');

const revisionHeader =
  (revision: () => string | undefined): Middleware<RequestState> =>
  (ctx, next) => {
    const value = revision();
    if (value !== undefined) ctx.set('x-relevo-revision', value);
    return next();
  };
