import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { V1Pod } from '@kubernetes/client-node';
import { PODS } from '../../operator/controllers/resources.ts';
import { eventually } from '../api/eventually.ts';
import { kubectl } from './command.ts';
import { readEnvironment } from './environment.ts';
import { NO_LOSS, Stage } from './stage.ts';

const stage = new Stage('pods');

beforeAll(async () => {
  await stage.open();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const activePods = async (): Promise<V1Pod[]> =>
  await stage.objects.list<V1Pod>(PODS, `relevo.dev/revision=${stage.active}`);

const nameOf = (pod: V1Pod | undefined): string => pod?.metadata?.name ?? 'none';

const isReady = (pod: V1Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

describe('pods under load', () => {
  test('pods that are deleted one after another drain without a lost request', async () => {
    const from = stage.now();
    const before = await activePods();
    expect(before).toHaveLength(2);
    for (const pod of before) {
      await stage.objects.delete(PODS, nameOf(pod));
      await eventually(
        `another pod in the place of ${nameOf(pod)}`,
        activePods,
        (pods) => pods.length === 2 && pods.every((other) => isReady(other) && nameOf(other) !== nameOf(pod)),
        60_000,
      );
    }
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('kubectl logs shows the access log', async () => {
    const [pod] = await activePods();
    const log = await kubectl(['logs', '--namespace', stage.namespace, nameOf(pod), '--tail=50'], stage.signal);
    const lines = log
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toContainEqual(expect.objectContaining({ uri: '/api/users', status: 200 }));
  });

  test('kubectl port-forward reaches the service', async () => {
    const { tools, kubeconfigPath } = readEnvironment();
    const args = ['port-forward', '--namespace', stage.namespace, 'service/users', ':80'];
    const child = spawn(join(tools, 'kubectl'), args, { env: { ...process.env, KUBECONFIG: kubeconfigPath } });
    try {
      const [line] = await once(createInterface({ input: child.stdout }), 'line');
      const port = /127\.0\.0\.1:(\d+)/.exec(String(line))?.[1];
      const answer = await fetch(`http://127.0.0.1:${port}/api/users/ada`);
      expect(answer.headers.get('x-relevo-revision')).toBe(stage.active);
      expect(await answer.json()).toMatchObject({ id: 'ada' });
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });
});
