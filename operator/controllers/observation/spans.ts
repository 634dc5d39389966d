import { createHash } from 'node:crypto';
import type { BlueGreenStatus, HistoryEntry, ReleaseStatus } from '../../api/bluegreen.ts';
import type { FinishedSpan } from '../../runtime/tracing.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';
import type { EndedStep, Transition } from './transition.ts';

/** Hexadecimal digits that follow from the words alone, so that any process makes the same. */
const digits = (length: 16 | 32, ...words: string[]): string =>
  createHash('sha256').update(words.join('\0')).digest('hex').slice(0, length);

const traceIdOf = (uid: string, { revision, startedAt }: ReleaseStatus): string => digits(32, uid, revision, startedAt);

const rootOf = (traceId: string): string => digits(16, traceId);

/** A status that links the release under way, and one that has just ended, to its trace. */
export const withTraceIds = (
  { uid, status: before }: Pick<CachedBlueGreen, 'uid' | 'status'>,
  status: BlueGreenStatus,
): BlueGreenStatus => {
  const { release, history } = status;
  const ended = before?.release;
  const isEnded = ({ revision, startedAt, traceId }: HistoryEntry): boolean =>
    traceId === undefined && revision === ended?.revision && startedAt === ended.startedAt;
  return {
    ...status,
    ...(release === undefined ? {} : { release: { traceId: traceIdOf(uid, release), ...release } }),
    history:
      ended?.traceId === undefined
        ? history
        : history.map((entry) => (isEnded(entry) ? Object.assign({}, entry, { traceId: ended.traceId }) : entry)),
  };
};

/**
 * The spans that a write of the status ends: the step that was left, and the release when it has ended. Times and ids
 * come from status alone, so a step that began under another process is told whole.
 */
export const spansOf = (
  { namespace, name, status: before }: Pick<CachedBlueGreen, 'namespace' | 'name' | 'status'>,
  { left, ended }: Transition,
): FinishedSpan[] => {
  const about = { 'k8s.namespace.name': namespace, 'relevo.bluegreen.name': name };
  // What a release leaves behind, the retire time, belongs to it too.
  const release = before?.release ?? before?.history[0];
  const step = left === undefined || left.name === 'Stable' ? undefined : left;
  const known = new Set(before?.history.map(({ traceId }) => traceId));
  return [
    ...(step === undefined || release?.traceId === undefined
      ? []
      : [stepSpan(release.traceId, step, { ...about, 'relevo.revision': release.revision })]),
    ...ended.flatMap((entry) =>
      entry.traceId === undefined || known.has(entry.traceId) ? [] : [releaseSpan(entry.traceId, entry, about)],
    ),
  ];
};

const stepSpan = (traceId: string, step: EndedStep, attributes: FinishedSpan['attributes']): FinishedSpan => ({
  traceId,
  spanId: digits(16, traceId, step.name, step.since),
  parentSpanId: rootOf(traceId),
  name: step.name,
  startMs: Date.parse(step.since),
  endMs: Date.parse(step.until),
  attributes: {
    ...attributes,
    ...(step.waitingFor === undefined ? {} : { 'relevo.step.waited_for': step.waitingFor }),
  },
});

const releaseSpan = (traceId: string, entry: HistoryEntry, about: FinishedSpan['attributes']): FinishedSpan => ({
  traceId,
  spanId: rootOf(traceId),
  name: `release ${String(about['relevo.bluegreen.name'])}`,
  startMs: Date.parse(entry.startedAt),
  endMs: Date.parse(entry.endedAt),
  attributes: {
    ...about,
    'relevo.revision': entry.revision,
    'relevo.release.outcome': entry.outcome,
    'relevo.release.reason': entry.reason,
    ...Object.fromEntries(Object.entries(entry.steps).map(([step, spent]) => [`relevo.step.${step}.seconds`, spent])),
  },
  ...(entry.outcome === 'Failed' ? { error: entry.message } : {}),
});
