import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { RuntimeMetrics } from './metrics.ts';

test('requests are counted under the names that client-go uses', async () => {
  const registry = new Registry();
  const metrics = new RuntimeMetrics(registry);
  metrics.countRequest({ method: 'GET', path: '/a', host: 'api:443', code: 200, seconds: 0.1 });
  metrics.countRequest({ method: 'PUT', path: '/a', host: 'api:443', code: 'error', seconds: 0.1 });
  const text = await registry.metrics();
  expect(text).toContain('rest_client_requests_total{method="GET",host="api:443",code="200"} 1');
  expect(text).toContain('rest_client_requests_total{method="PUT",host="api:443",code="<error>"} 1');
});
