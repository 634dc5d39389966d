import { Router } from '@koa/router';
import Koa from 'koa';
import type { Registry } from 'prom-client';
import type { Clock } from './clock.ts';
import type { ConfigEntry } from './config/config.ts';
import type { Phase, PhaseName } from './phase.ts';
import type { PodInfo, Traffic } from './pod-info.ts';

/** What the management port tells of. */
export interface ManagementOptions {
  name: string;
  version: string;
  phase: Phase;
  podInfo: Pick<PodInfo, 'revision' | 'traffic'>;
  registry: Registry;
  /** Every config value with its source; secrets are redacted already. */
  config: Record<string, ConfigEntry>;
  clock: Clock;
  /** When the process began, in ms since the epoch. */
  startedAt: number;
}

/** The answer of `/status`. */
export interface Status {
  name: string;
  version: string;
  revision?: string | undefined;
  phase: PhaseName;
  traffic: Traffic;
  startedAt: string;
  uptimeSeconds: number;
  node: string;
  config: Record<string, ConfigEntry>;
}

/** The app of the management port: `/live`, `/ready`, `/startup`, `/metrics` and `/status`. */
export const createManagementApp = (options: ManagementOptions): Koa => {
  const { phase, registry } = options;
  const router = new Router();
  // It answers, so the event loop turns: that is all liveness may depend on. A stopping process is alive.
  router.get('/live', (ctx) => {
    ctx.body = { phase: phase.name };
  });
  // Retired pods stay ready: their slot is kept whole for the instant way back.
  router.get('/ready', (ctx) => {
    ctx.status = phase.name === 'serving' ? 200 : 503;
    ctx.body = { phase: phase.name };
  });
  router.get('/startup', (ctx) => {
    ctx.status = phase.name === 'starting' ? 503 : 200;
    ctx.body = { phase: phase.name };
  });
  router.get('/metrics', async (ctx) => {
    ctx.body = await registry.metrics();
    ctx.set('Content-Type', registry.contentType);
  });
  router.get('/status', (ctx) => {
    ctx.body = statusOf(options);
  });

  const app = new Koa();
  app.use(async (ctx, next) => {
    ctx.set('Cache-Control', 'no-store');
    await next();
  });
  app.use(router.routes()).use(router.allowedMethods());
  return app;
};

const statusOf = ({ name, version, phase, podInfo, config, clock, startedAt }: ManagementOptions): Status => ({
  name,
  version,
  revision: podInfo.revision,
  phase: phase.name,
  traffic: podInfo.traffic,
  startedAt: new Date(startedAt).toISOString(),
  uptimeSeconds: Math.round((clock.now() - startedAt) / 1000),
  node: process.version,
  config,
});
