import { describe, expect, test } from '@jest/globals';
import { Gauge } from 'prom-client';
import request from 'supertest';
import { createManagementApp } from './management.ts';
import { Metrics } from './metrics.ts';
import { Phase } from './phase.ts';
import type { Traffic } from './pod-info.ts';
import { ManualClock } from './testing/manual-clock.ts';

const setUp = () => {
  const phase = new Phase();
  const clock = new ManualClock();
  const metrics = new Metrics();
  const podInfo: { revision: string; traffic: Traffic } = { revision: 'users-5f7c9d2b41', traffic: 'active' };
  const app = createManagementApp({
    name: 'users',
    version: '1.2.3',
    phase,
    podInfo,
    registry: metrics.registry,
    config: { token: { value: '[redacted]', source: 'environment variable TOKEN' } },
    clock,
    startedAt: 0,
  });
  const agent = request(app.callback());
  const probes = async () =>
    Object.fromEntries(
      await Promise.all(
        ['startup', 'ready', 'live'].map(async (probe) => [probe, (await agent.get(`/${probe}`)).status]),
      ),
    );
  return { agent, phase, clock, metrics, podInfo, probes };
};

describe('probes', () => {
  test('while starting: alive, not started, not ready', async () => {
    const { probes } = setUp();
    expect(await probes()).toEqual({ startup: 503, ready: 503, live: 200 });
  });

  test('while serving: all well, retired or not', async () => {
    const { probes, phase, podInfo } = setUp();
    phase.serve();
    expect(await probes()).toEqual({ startup: 200, ready: 200, live: 200 });
    podInfo.traffic = 'retired';
    expect(await probes()).toEqual({ startup: 200, ready: 200, live: 200 });
  });

  test('while stopping: alive, but not ready, whatever comes after', async () => {
    const { probes, phase } = setUp();
    phase.serve();
    phase.stop();
    phase.serve();
    expect(await probes()).toEqual({ startup: 200, ready: 503, live: 200 });
  });
});

test('status', async () => {
  const { agent, phase, clock } = setUp();
  phase.serve();
  clock.advance(61_000);
  expect((await agent.get('/status')).body).toEqual({
    name: 'users',
    version: '1.2.3',
    revision: 'users-5f7c9d2b41',
    phase: 'serving',
    traffic: 'active',
    startedAt: '1970-01-01T00:00:00.000Z',
    uptimeSeconds: 61,
    node: process.version,
    config: { token: { value: '[redacted]', source: 'environment variable TOKEN' } },
  });
});

test("metrics: the chassis's own, the service's and the process's", async () => {
  const { agent, metrics } = setUp();
  metrics.collectProcess();
  new Gauge({ name: 'users_known', help: 'x', registers: [metrics.registry] }).set(8);
  const response = await agent.get('/metrics');
  expect(response.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(response.text).toContain('# TYPE http_server_request_duration_seconds histogram');
  expect(response.text).toContain('users_known 8');
  expect(response.text).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(response.text).toContain('process_resident_memory_bytes');
});

test('an unknown path', async () => {
  expect((await setUp().agent.get('/nowhere')).status).toBe(404);
});
