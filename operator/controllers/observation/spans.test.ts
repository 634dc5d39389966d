import { expect, test } from '@jest/globals';
import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import { spansOf, withTraceIds } from './spans.ts';
import { endedAs, release, second, statusIn } from './status.fixture.ts';
import { transitionBetween } from './transition.ts';

const object = { namespace: 'shop', name: 'web', uid: 'u-1' };

/** What a process writes: the status that was planned, with the ids that it adds. */
const written = (before: BlueGreenStatus | undefined, planned: BlueGreenStatus): BlueGreenStatus =>
  withTraceIds({ uid: object.uid, status: before }, planned);

const spansBetween = (before: BlueGreenStatus, after: BlueGreenStatus) =>
  spansOf({ ...object, status: before }, transitionBetween(before, after));

const started = written(statusIn('Stable', 0), statusIn('Waiting', 1, { release }));

test('a release has one trace, whoever begins and ends it', () => {
  const { traceId } = started.release ?? {};
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  const again = written(statusIn('Stable', 0), statusIn('Waiting', 1, { release }));
  expect(again.release?.traceId).toBe(traceId);
  const planned = statusIn('Retiring', 9, { history: [endedAs('Promoted')] });
  expect(written(started, planned).history[0]?.traceId).toBe(traceId);
  const other = withTraceIds({ uid: 'u-2', status: undefined }, statusIn('Waiting', 1, { release }));
  expect(other.release?.traceId).not.toBe(traceId);
});

test('an older entry of the same revision gets no id of another release', () => {
  const earlier = { ...endedAs('Superseded'), startedAt: second(0) };
  expect(written(started, statusIn('Waiting', 1, { release, history: [earlier] })).history).toEqual([earlier]);
});

test('each step is a span below that of the release, with the times of the status', () => {
  const before = statusIn('Filling', 2, { release: started.release ?? release });
  before.step.waitingFor = '0 of 2 pods of slot green are ready';
  const [span, ...more] = spansBetween(before, statusIn('Switching', 7, { release: started.release ?? release }));
  expect(more).toEqual([]);
  expect(span).toEqual({
    traceId: started.release?.traceId,
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    parentSpanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    name: 'Filling',
    startMs: Date.parse(second(2)),
    endMs: Date.parse(second(7)),
    attributes: {
      'k8s.namespace.name': 'shop',
      'relevo.bluegreen.name': 'web',
      'relevo.revision': 'web-2',
      'relevo.step.waited_for': '0 of 2 pods of slot green are ready',
    },
  });
});

test('the end of a release is its root span, above its last step; the retire time comes below it later', () => {
  const switching = statusIn('Switching', 7, { release: started.release ?? release });
  const retiring = written(switching, statusIn('Retiring', 9, { history: [endedAs('Promoted')] }));
  const [step, root, ...more] = spansBetween(switching, retiring);
  expect(more).toEqual([]);
  expect(step).toMatchObject({ name: 'Switching', parentSpanId: root?.spanId });
  expect(root).toMatchObject({
    name: 'release web',
    startMs: Date.parse(second(1)),
    endMs: Date.parse(second(9)),
    attributes: { 'relevo.release.outcome': 'Promoted', 'relevo.step.Filling.seconds': 5 },
  });
  expect(root).not.toHaveProperty('parentSpanId');
  expect(root).not.toHaveProperty('error');
  const stable = statusIn('Stable', 39, { history: retiring.history });
  expect(spansBetween(retiring, stable)).toMatchObject([
    { name: 'Retiring', traceId: root?.traceId, parentSpanId: root?.spanId, endMs: Date.parse(second(39)) },
  ]);
});

test('a failed release has an error, told once although its end is told again', () => {
  const checking = statusIn('Checking', 7, { release: started.release ?? release });
  const stable = written(checking, statusIn('Stable', 9, { history: [endedAs('Failed', 'check smoke')] }));
  expect(spansBetween(checking, stable)).toMatchObject([{ name: 'Checking' }, { error: 'check smoke' }]);
  const changed = { ...stable, history: stable.history.map((entry) => ({ ...entry, outcome: 'RolledBack' as const })) };
  expect(spansBetween(stable, changed)).toEqual([]);
});

test('a release without a trace has no spans', () => {
  const filling = statusIn('Filling', 2, { release });
  expect(spansBetween(filling, statusIn('Stable', 9, { history: [endedAs('Aborted')] }))).toEqual([]);
});
