import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../operator/api/bluegreen.ts';
import { createLogger } from '../../operator/runtime/log.ts';
import { ReconcileScope } from '../../operator/runtime/reconcile-scope.ts';
import type { Resource } from '../../operator/runtime/resource.ts';
import { OtlpReceiver } from '../../operator/runtime/testing/otlp-receiver.ts';
import { openSpanExport, type SpanExport } from '../../operator/runtime/tracing.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { eventually } from './eventually.ts';
import { ANNOTATION_READY_AFTER } from './pod-behaviour.ts';
import { PodNetwork } from './pod-network.ts';
import { isReady, scene, sceneWithoutOperator, type Observed, type Scene } from './scene.ts';

const EVENTS: Resource = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', namespaced: true };

interface EventObject {
  eventTime: string;
  type: string;
  reason: string;
  reportingController: string;
  regarding: { kind: string };
}

/** Reasons of the events about the BlueGreen so far, oldest first; warnings are marked. */
const reasons = async (it: Scene): Promise<string[]> => {
  const events = await it.objects.list<EventObject>(EVENTS);
  return events
    .filter(({ regarding }) => regarding.kind === 'BlueGreen')
    .toSorted((a, b) => (a.eventTime < b.eventTime ? -1 : 1))
    .map(({ type, reason }) => (type === 'Warning' ? `${reason}!` : reason));
};

/** The events after the first so many, as soon as there are this many of them. */
const told = async (it: Scene, since: number, count: number): Promise<string[]> => {
  const all = await eventually(
    `${count} events after the first ${since}`,
    () => reasons(it),
    (found) => found.length >= since + count,
  );
  return all.slice(since);
};

const atRest = (it: Scene): Promise<Observed> =>
  it.until('to be at rest', (bg) => isReady(bg) && bg.status.step.name === 'Stable');

const endedWith =
  (outcome: HistoryEntry['outcome']) =>
  ({ status }: Observed): boolean =>
    status.history[0]?.outcome === outcome && status.release === undefined;

test(
  'each step of a release, an abort and a rollback is one event, in a fixed order',
  scene(async (it) => {
    await it.release({ image: 'ready:v1', retireAfterSeconds: 1 });
    expect(await told(it, 0, 5)).toEqual(['ReleaseStarted', 'Filling', 'Switching', 'Promoted', 'Stable']);

    await it.release({ image: 'ready:v2', retireAfterSeconds: 1 });
    await atRest(it);
    expect(await told(it, 5, 6)).toEqual(['ReleaseStarted', 'Filling', 'Switching', 'Promoted', 'Retiring', 'Stable']);

    await it.apply({ image: 'never-ready:v3' });
    const { status: filling } = await it.until('to fill', ({ status }) => status.step.name === 'Filling');
    const aborted = { revision: filling.target ?? '', action: 'Abort' as const };
    await it.apply({ image: 'never-ready:v3', decision: aborted });
    await it.until('to be aborted', endedWith('Aborted'));
    expect(await told(it, 11, 4)).toEqual(['ReleaseStarted', 'Filling', 'Aborted!', 'Stable']);

    await it.apply({ image: 'ready:v4', retireAfterSeconds: 600 });
    const { status: fourth } = await it.until('to retire', ({ status }) => status.step.name === 'Retiring');
    expect(await told(it, 15, 5)).toEqual(['ReleaseStarted', 'Filling', 'Switching', 'Promoted', 'Retiring']);
    const back = { revision: fourth.active ?? '', action: 'Rollback' as const };
    await it.apply({ image: 'ready:v4', retireAfterSeconds: 1, decision: back });
    await it.until('to be back', ({ status }) => status.active !== fourth.active && status.step.name === 'Stable');
    // That v2 serves alone was told before: the last event only raises the count of the earlier one.
    expect(await told(it, 20, 5)).toEqual(['RollbackStarted', 'Switching', 'RolledBack!', 'Promoted', 'Retiring']);
  }),
);

test(
  'a failed check is told before the end of its release; after the switch, the way back follows',
  sceneWithoutOperator(async (it) => {
    await using network = await PodNetwork.open({ pods: () => it.pods(), answer: () => ({ status: 200 }) });
    await it.startOperator(undefined, false, { exchange: network.exchange });
    const checks = { before: [{ name: 'answers', http: { path: '/ready' } }] };
    await it.release({ image: 'ready:v1', retireAfterSeconds: 1, checks });
    expect(await told(it, 0, 5)).toEqual(['ReleaseStarted', 'Filling', 'Switching', 'Promoted', 'Stable']);

    network.answer = () => ({ status: 500 });
    await it.apply({ image: 'ready:v2', retireAfterSeconds: 1, checks });
    await it.until('to have failed', endedWith('Failed'));
    const refused = ['ReleaseStarted', 'Filling', 'Checking', 'CheckFailed!', 'Failed!', 'Stable', 'Rejected!'];
    expect(await told(it, 5, 7)).toEqual(refused);

    const after = { after: { windowSeconds: 600, checks: checks.before } };
    await it.apply({ image: 'ready:v3', retireAfterSeconds: 1, checks: after });
    await it.until('to be taken back', (bg) => endedWith('Promoted')(bg) && bg.status.history[1]?.outcome === 'Failed');
    const failed = ['ReleaseStarted', 'Filling', 'Switching', 'Verifying', 'CheckFailed!', 'Failed!'];
    const back = ['TakenBack!', 'Switching', 'Promoted', 'Retiring', 'Rejected!'];
    expect(await told(it, 12, 11)).toEqual([...failed, ...back]);
  }),
);

/** One request, as the API server's audit log tells of it. */
interface Audited {
  auditID: string;
  userAgent: string;
  objectRef?: { namespace?: string; resource?: string };
}

const audited = async (it: Scene): Promise<Audited[]> => {
  const text = await readFile(it.environment.auditLog, 'utf8');
  return text
    .split('\n')
    .filter((line) => line.includes(`"${it.namespace}"`))
    .map((line): Audited => JSON.parse(line))
    .filter(({ userAgent, objectRef }) => userAgent.startsWith('relevo-operator') && objectRef?.resource !== 'events');
};

test(
  'what one reconcile writes and what it logs have its id, in the audit log of the API server too',
  sceneWithoutOperator(async (it) => {
    const scope = new ReconcileScope();
    const lines: { msg: string; kind?: string; reconcileId?: string }[] = [];
    const write = (line: string): void => void lines.push(JSON.parse(line));
    const log = createLogger({ level: 'debug', name: 'test', fields: scope.fields, write });
    await it.startOperator(undefined, false, { log, scope });
    await it.release({ image: 'ready:v1' });
    const filled = lines.find(({ msg }) => msg === 'Filled a slot');
    expect(filled?.reconcileId).toEqual(expect.any(String));
    const requests = await eventually(
      'the audit log to be written',
      () => audited(it),
      (all) => all.some(({ objectRef }) => objectRef?.resource === 'services'),
    );
    const known = new Set(lines.map(({ reconcileId }) => reconcileId));
    const ids = requests.map(({ auditID }) => auditID);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !known.has(id.split('.')[0]))).toEqual([]);
    const ofFill = requests.filter(({ auditID }) => auditID.startsWith(`${filled?.reconcileId}.`));
    expect(ofFill.map(({ objectRef }) => objectRef?.resource)).toContain('deployments');
  }),
);

const nanoseconds = (time: string): string => `${Date.parse(time)}000000`;

test(
  'a release is one trace with a span a step, although the operator dies in the middle',
  sceneWithoutOperator(async (it) => {
    const receiver = new OtlpReceiver();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.start() };
    const open = (instance: string): Promise<SpanExport | undefined> =>
      openSpanExport(
        environment,
        { name: 'relevo-operator', version: '0', instance },
        createLogger({ level: 'warn', name: 'test' }),
      );
    const [first, second] = [await open('first'), await open('second')];
    const proxy = await FaultProxy.start(it.environment.kubeconfigPath);
    try {
      await it.startOperator(proxy.connection, false, { spans: first });
      await it.release({ image: 'ready:v1' });
      await it.apply({
        image: 'ready:v2',
        retireAfterSeconds: 1,
        annotations: { [ANNOTATION_READY_AFTER]: '1500' },
      });
      const { status: filling } = await it.until('to fill', ({ status }) => status.step.name === 'Filling');
      proxy.stop();
      const heir = await it.startOperator(undefined, false, { spans: second });
      const { status } = await atRest(it);
      await it.stopOperator(heir);
      await first?.close();
      await second?.close();
      const [{ traceId, startedAt, endedAt } = { traceId: '', startedAt: '', endedAt: '' }] = status.history;
      expect(traceId).toBe(filling.release?.traceId);
      expect(receiver.refused).toEqual([]);
      const trace = receiver.trace(traceId ?? '');
      const root = trace.find(({ parentSpanId }) => parentSpanId === undefined);
      expect(root).toMatchObject({
        name: 'release web',
        startTimeUnixNano: nanoseconds(startedAt),
        endTimeUnixNano: nanoseconds(endedAt),
        resource: { 'service.instance.id': 'second' },
      });
      const steps = trace.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
      expect(steps.map(({ name }) => name)).toEqual(['Waiting', 'Filling', 'Switching', 'Retiring']);
      // Each begins when the one before it ends: nothing of the release is untold.
      for (const [index, { startTimeUnixNano }] of steps.entries()) {
        const before = steps[index - 1]?.endTimeUnixNano ?? nanoseconds(startedAt);
        expect(startTimeUnixNano).toBe(before);
      }
      expect(steps[1]?.startTimeUnixNano).toBe(nanoseconds(filling.step.since));
    } finally {
      await receiver.stop();
    }
  }),
);
