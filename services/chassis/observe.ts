import type { Context, Middleware } from 'koa';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { RequestScope, type RequestState } from './state.ts';
import { traceIdOf } from './trace.ts';

/** What {@link observe} needs. */
export interface ObserveOptions {
  log: Log;
  metrics: Metrics;
  accessLog: boolean;
  bodyLimitBytes: number;
}

/** The status that the access log gives a request whose client went away, as nginx does. */
const CLIENT_CLOSED_REQUEST = 499;

/** Outermost: gives the request its state, and tells of it in metrics and access log when its connection is done with it. */
export const observe = ({ log, metrics, accessLog, bodyLimitBytes }: ObserveOptions): Middleware<RequestState> => {
  const observer: Middleware<RequestState> = async (ctx, next) => {
    const began = performance.now();
    const end = metrics.begin(ctx.method);
    const traceId = traceIdOf(ctx.get('traceparent') || undefined);
    ctx.state = new RequestScope(traceId, bodyLimitBytes, log);
    // Kept now: a connection that has ended no longer knows its other side.
    const address = ctx.ip.replace(/^::ffff:/, '');
    ctx.res.once('close', () => {
      const seconds = (performance.now() - began) / 1000;
      const status = ctx.res.writableFinished ? ctx.res.statusCode : undefined;
      end({ route: routeOf(ctx), status, seconds });
      if (!accessLog) return;
      log.info(
        {
          address,
          method: ctx.method,
          uri: ctx.originalUrl,
          status: status ?? CLIENT_CLOSED_REQUEST,
          userAgent: ctx.get('User-Agent'),
          durationMs: Math.round(seconds * 1e6) / 1000,
          traceId,
        },
        'request',
      );
    });
    await next();
  };
  return observer;
};

/** The pattern of the route that the router has matched. */
const routeOf = (ctx: Context): string | undefined => {
  const route: unknown = ctx['_matchedRoute'];
  return typeof route === 'string' ? route : undefined;
};
