import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { Store } from '../../runtime/store.ts';
import { specWith } from '../spec.fixture.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';
import { addBuildInfo } from './build-info.ts';
import { addFleetMetrics } from './fleet-metrics.ts';
import { ReleaseMetrics } from './release-metrics.ts';
import { endedAs, holding, release, statusIn } from './status.fixture.ts';
import { transitionBetween } from './transition.ts';

/** Lines of the exposition without comments. */
const samples = async (registry: Registry): Promise<string[]> =>
  (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('a release counts by its outcome, with the time that it and its steps took', async () => {
  const registry = new Registry();
  const metrics = new ReleaseMetrics(registry);
  const filling = statusIn('Filling', 2, { release });
  const stable = statusIn('Stable', 9, { history: [endedAs('Aborted')] });
  metrics.count(transitionBetween(filling, stable));
  metrics.count(transitionBetween(stable, stable));
  const lines = await samples(registry);
  expect(lines).toContain('relevo_releases_total{outcome="Aborted"} 1');
  expect(lines).toContain('relevo_release_duration_seconds_sum{outcome="Aborted"} 8');
  expect(lines).toContain('relevo_release_step_duration_seconds_sum{step="Filling"} 7');
  expect(lines).toContain('relevo_release_step_duration_seconds_count{step="Filling"} 1');
});

test('a rest is no step of a release', async () => {
  const registry = new Registry();
  new ReleaseMetrics(registry).count(transitionBetween(statusIn('Stable', 0), statusIn('Waiting', 50, { release })));
  expect((await samples(registry)).filter((line) => line.includes('step='))).toEqual([]);
});

/** A check in that phase, after so many measurements that passed and one that failed. */
const checking = (phase: 'Running' | 'Passed', passed: number, run = 'one') =>
  statusIn('Checking', 3, {
    release,
    checks: {
      stage: 'Before',
      revision: 'web-2',
      run,
      results: [{ name: 'a', kind: 'http', phase, passed, failed: 1, inconclusive: 0 }],
    },
  });

test('measurements count as they come, checks when they have their result', async () => {
  const registry = new Registry();
  const metrics = new ReleaseMetrics(registry);
  const story = [
    statusIn('Checking', 3, { release }),
    checking('Running', 1),
    checking('Passed', 3),
    checking('Running', 1, 'two'),
  ];
  for (const [index, after] of story.entries())
    if (index > 0) metrics.count(transitionBetween(story[index - 1], after));
  const lines = await samples(registry);
  expect(lines).toContain('relevo_check_measurements_total{kind="http",verdict="passed"} 4');
  expect(lines).toContain('relevo_check_measurements_total{kind="http",verdict="failed"} 2');
  expect(lines).toContain('relevo_checks_total{kind="http",stage="Before",result="Passed"} 1');
});

const blueGreen = (name: string, resourceVersion: string, status: CachedBlueGreen['status']): CachedBlueGreen => ({
  namespace: 'default',
  name,
  uid: name,
  resourceVersion,
  generation: 1,
  deleting: false,
  spec: specWith({ configMap: 'settings', active: name }),
  status,
});

test('the fleet is told by step, and by name only where it is stalled, by the one that leads', async () => {
  const registry = new Registry();
  const blueGreens = new Store<CachedBlueGreen>();
  let isLeading = true;
  addFleetMetrics({ registry, blueGreens, isLeading: () => isLeading });
  blueGreens.put(blueGreen('web', '1', statusIn('Stable', 0)));
  blueGreens.put(blueGreen('api', '2', statusIn('Stable', 0)));
  blueGreens.put(blueGreen('new', '3', undefined));
  const stalled = statusIn('Filling', 0, { conditions: [holding('Stalled', 'InvalidTemplate')] });
  blueGreens.put(blueGreen('shop', '4', stalled));
  expect(await samples(registry)).toEqual([
    'relevo_bluegreens{step="Stable"} 2',
    'relevo_bluegreens{step="Unseen"} 1',
    'relevo_bluegreens{step="Filling"} 1',
    'relevo_bluegreen_stalled{namespace="default",name="shop",reason="InvalidTemplate"} 1',
  ]);
  isLeading = false;
  expect(await samples(registry)).toEqual([]);
});

test('the build is told with the version of node', async () => {
  const registry = new Registry();
  addBuildInfo(registry, { version: '1.2.3', commit: 'abc' });
  expect(await samples(registry)).toEqual([
    `relevo_build_info{version="1.2.3",commit="abc",node_version="${process.version}"} 1`,
  ]);
});
