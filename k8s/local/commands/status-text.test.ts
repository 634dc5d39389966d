import { expect, test } from '@jest/globals';
import type { NodeStatus } from '../node/node-status.ts';
import { describeStatus } from './status-text.ts';

const now = Date.parse('2030-01-01T00:01:00Z');
const base: NodeStatus = {
  name: 'main',
  health: 'stopped',
  problems: [],
  parts: [],
  kubeconfig: '/state/kubeconfig',
  logs: '/state/log',
  podLogs: '/state/pod-logs',
  state: '/state',
};

test('a node that does not run: how to start it, and where its logs are', () => {
  const text = describeStatus(base, now);
  expect(text).toContain('node "main": not running (npm start)');
  expect(text).toMatch(/logs +\/state\/log/);
});

test('a part that ended: which, how, when, and where its log is', () => {
  const lastExit = { at: '2030-01-01T00:00:48Z', code: 137 };
  const part = { name: 'kube-proxy', since: '', restarts: 2, lastExit, log: '/state/log/kube-proxy.log' };
  const text = describeStatus({ ...base, health: 'running', parts: [{ ...part, phase: 'ready' }] }, now);
  expect(text).toContain(
    'kube-proxy ended with exit code 137 12 s ago, 2 times since the boot, and was started again and works; log: /state/log/kube-proxy.log',
  );
});

test('the line for a shell of one’s own quotes what a shell would take apart', () => {
  const text = describeStatus({ ...base, tools: '/cache/my tools', kubeconfig: "/it's/kubeconfig" }, now);
  expect(text).toContain(`export PATH='/cache/my tools':"$PATH" KUBECONFIG='/it'\\''s/kubeconfig'`);
});
