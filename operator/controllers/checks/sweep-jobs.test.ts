import { expect, test } from '@jest/globals';
import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import type { CheckKind } from '../../api/checks.ts';
import { ANNOTATION_MEASUREMENT } from '../../api/names.ts';
import { ApiError } from '../../runtime/errors.ts';
import { Memories } from '../memory.ts';
import { sweepJobs, type SweepContext } from './sweep-jobs.ts';

const JOBS_PATH = '/apis/batch/v1/namespaces/shop/jobs';
const SELECTOR = 'relevo.dev/bluegreen=web,relevo.dev/check';

/** An API server that has Jobs only. */
class JobServer {
  readonly names = new Map<string, { id: string; owner: string }>();
  lists = 0;

  add(name: string, id: string, owner = 'u-1'): void {
    this.names.set(name, { id, owner });
  }

  readonly get: SweepContext['client']['get'] = (path, { query }) => {
    if (path !== JOBS_PATH || query?.['labelSelector'] !== SELECTOR) throw new TypeError(`Expected no GET ${path}`);
    this.lists += 1;
    const items = [...this.names].map(([name, { id, owner }]) => ({
      metadata: { name, uid: name, annotations: { [ANNOTATION_MEASUREMENT]: id }, ownerReferences: [{ uid: owner }] },
    }));
    return Promise.resolve(JSON.parse(JSON.stringify({ items })));
  };

  readonly delete: SweepContext['client']['delete'] = (path, { uid, propagationPolicy }) => {
    const name = path.slice(JOBS_PATH.length + 1);
    // Without it the pods would stay.
    if (propagationPolicy !== 'Background') throw new TypeError('Expected a Job to go with its pods');
    if (uid !== name || !this.names.delete(name)) return Promise.reject(new ApiError(404, {}, path));
    return Promise.resolve();
  };
}

/** A status after so many measurements that passed; without a release it has ended. */
const statusAfter = (
  passed: number,
  { isEnded = false, kind = 'job', run = 'r1' }: { isEnded?: boolean; kind?: CheckKind; run?: string } = {},
): BlueGreenStatus => ({
  observedGeneration: 1,
  slots: {},
  step: { name: 'Verifying', since: '2026-01-01T00:00:00.000Z' },
  checks: {
    stage: 'After',
    revision: 'web-1',
    run,
    results: [{ name: 'smoke', kind, phase: 'Running', passed, failed: 0, inconclusive: 0 }],
  },
  conditions: [],
  history: [],
  replicas: 0,
  selector: '',
  ...(isEnded ? {} : { release: { revision: 'web-1', startedAt: '2026-01-01T00:00:00.000Z', steps: {} } }),
});

const sweeper = () => {
  const server = new JobServer();
  const memory = new Memories().of('u-1');
  const sweep = (status: BlueGreenStatus, isBusy = false): Promise<void> =>
    sweepJobs({
      client: server,
      memory,
      measurements: { isBusy: () => isBusy },
      bluegreen: { namespace: 'shop', name: 'web', uid: 'u-1', status },
      signal: new AbortController().signal,
    });
  return { server, sweep };
};

test('when the release has ended its Jobs go, once, and those of others stay', async () => {
  const { server, sweep } = sweeper();
  server.add('a', 'r1/After/smoke/0');
  server.add('theirs', 'r1/After/smoke/0', 'u-2');
  await sweep(statusAfter(1));
  expect(server.lists).toBe(0);
  await sweep(statusAfter(1, { isEnded: true }));
  expect([...server.names.keys()]).toEqual(['theirs']);
  await sweep(statusAfter(1, { isEnded: true }));
  expect(server.lists).toBe(1);
  server.add('b', 'r2/After/smoke/0');
  await sweep(statusAfter(0, { isEnded: true, run: 'r2' }));
  expect([...server.names.keys()]).toEqual(['theirs']);
});

test('a window with many measurements leaves only the last Jobs, and the one that is awaited', async () => {
  const { server, sweep } = sweeper();
  const most: number[] = [];
  for (let number = 0; number < 35; number += 1) {
    server.add(`job-${number}`, `r1/After/smoke/${number}`);
    await sweep(statusAfter(number));
    expect(server.names.has(`job-${number}`)).toBe(true);
    most.push(server.names.size);
  }
  expect(Math.max(...most)).toBeLessThanOrEqual(11);
  expect(server.lists).toBe(3);
});

test('waits for a measurement that was called off and may be making its Job at this moment', async () => {
  const { server, sweep } = sweeper();
  server.add('a', 'r1/After/smoke/0');
  await sweep(statusAfter(0, { isEnded: true }), true);
  expect(server.lists).toBe(0);
  await sweep(statusAfter(0, { isEnded: true }));
  expect(server.names.size).toBe(0);
});

test('asks for nothing where no check runs Jobs', async () => {
  const { server, sweep } = sweeper();
  await sweep(statusAfter(50, { kind: 'http' }));
  await sweep(statusAfter(50, { kind: 'http', isEnded: true }));
  expect(server.lists).toBe(0);
});
