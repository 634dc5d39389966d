import { expect, test } from '@jest/globals';
import { loadConnection } from '../../operator/runtime/connection.ts';
import { exchange } from '../../operator/checks/exchange.ts';
import { measureHttp } from '../../operator/checks/http.ts';
import { measurePrometheus } from '../../operator/checks/prometheus.ts';
import { readEnvironment } from './environment.ts';

/** The API server: it speaks HTTPS with a certificate that no public authority has signed. */
const server = async (): Promise<URL> => {
  const connection = await loadConnection({ KUBECONFIG: readEnvironment().kubeconfigPath });
  return new URL(connection.getCurrentCluster()?.server ?? '');
};
const { signal } = new AbortController();

test('a pod is asked over HTTPS without a look at who signed its certificate, as the kubelet does in probes', async () => {
  const { hostname, port } = await server();
  const conditions = [{ type: 'Ready', status: 'True' }];
  const pods = [{ metadata: { name: 'web' }, status: { podIP: hostname, conditions } }];
  const check = { path: '/livez', port: Number(port), method: 'GET', headers: [], expect: { statuses: ['200'] } };
  const measured = await measureHttp({ ...check, scheme: 'HTTPS' }, { pods, stage: 'Before' }, exchange, signal);
  expect(measured).toEqual({ verdict: 'pass', message: '1 pod answered as expected' });
  const plain = await measureHttp({ ...check, scheme: 'HTTP' }, { pods, stage: 'Before' }, exchange, signal);
  expect(plain.verdict).toBe('fail');
});

test('what a Prometheus says that nobody vouches for is not believed', async () => {
  const { origin } = await server();
  const subject = {
    namespace: 'shop',
    bluegreen: 'web',
    uid: '',
    stage: 'Before',
    slot: 'green',
    revision: '',
    id: '',
  };
  const check = { address: origin, query: 'up', condition: 'value == 1' };
  const measured = await measurePrometheus(check, { ...subject, stage: 'Before', slot: 'green' }, exchange, signal);
  expect(measured.verdict).toBe('inconclusive');
  expect(measured.message).toContain('certificate');
});
