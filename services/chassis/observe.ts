import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { RequestScope, type RequestState } from './state.ts';

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
  const observer: Middleware<RequestState> = (ctx, next) => {
    const began = performance.now();
    const { method, req, res } = ctx;
    metrics.begin(method);
    const scope = new RequestScope(headerOf(req, 'traceparent'), bodyLimitBytes, log);
    ctx.state = scope;
    // Kept now: a connection that has ended no longer knows its other side.
    const address = accessLog ? plainAddress(ctx.ip) : '';
    res.once('close', () => {
      const seconds = (performance.now() - began) / 1000;
      const status = res.writableFinished ? res.statusCode : undefined;
      metrics.end({ method, route: routeOf(ctx), status, seconds });
      if (!accessLog) return;
      log.info(
        {
          address,
          method,
          uri: ctx.originalUrl,
          status: status ?? CLIENT_CLOSED_REQUEST,
          userAgent: headerOf(req, 'user-agent') ?? '',
          durationMs: Math.round(seconds * 1e6) / 1000,
          traceId: scope.traceId,
        },
        'request',
      );
    });
    return next();
  };
  return observer;
};

/** A header that comes once, or its first value. */
const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

const V4_IN_V6 = '::ffff:';

const plainAddress = (address: string): string =>
  address.startsWith(V4_IN_V6) ? address.slice(V4_IN_V6.length) : address;

/** The pattern of the route that the router has matched. */
const routeOf = (ctx: Context): string | undefined => {
  const route: unknown = ctx['_matchedRoute'];
  return typeof route === 'string' ? route : undefined;
};
