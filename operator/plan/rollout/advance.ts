import { fromTime, timeOfDay, toTime } from '../time.ts';
import type { RolloutDraft } from './draft.ts';
import { revert } from './revert.ts';
import type { ConsumerView } from './types.ts';
import { waveSize } from './wave-size.ts';

/** Take the next step: let a wave end, start the next one, or end the rollout. */
export const advance = (draft: RolloutDraft): void => {
  const { status } = draft;
  if (status.step.name === 'Reverting') {
    advanceBack(draft);
    return;
  }
  if (isHalted(draft)) return;
  const [waited] = draft.atWork;
  if (waited !== undefined) {
    if (status.step.name !== 'Rolling') draft.enter('Rolling');
    waitForConsumers(draft);
    return;
  }
  if (isSoaking(draft)) return;
  if (draft.remaining.length > 0) startWave(draft, draft.remaining);
  else if (status.startedAt !== undefined) complete(draft);
  else if (status.step.name !== 'Stable') draft.enter('Stable');
};

/** What a consumer says stands in several places of status. */
const MAX_MESSAGE_LENGTH = 400;

/** Whether a consumer has failed, which stops everything until somebody decides, or takes everybody back. */
const isHalted = (draft: RolloutDraft): boolean => {
  const { status } = draft;
  const failed = draft.atWork.find((consumer) => failureOf(draft, consumer) !== undefined);
  if (failed !== undefined && status.failure === undefined && status.target !== undefined) {
    const message = (failureOf(draft, failed) ?? '').slice(0, MAX_MESSAGE_LENGTH);
    const at = toTime(draft.now);
    status.failure = { version: status.target, consumer: failed.id, message, at };
    draft.event('Warning', 'ConsumerFailed', `${failed.id}: ${message}`);
  }
  const { failure } = status;
  if (failure === undefined || failure.version !== status.target) return false;
  const sentence = `${failure.consumer} failed with version ${failure.version}: ${failure.message}`;
  if (draft.spec.onFailure === 'RevertAll' && status.current !== status.target) {
    revert(draft, sentence);
    return true;
  }
  if (status.step.name !== 'Failed') draft.enter('Failed');
  draft.stall(
    'ConsumerFailed',
    `${sentence}; change ConfigMap ${draft.spec.source.configMap}, or write spec.decision Retry or Revert`,
  );
  return true;
};

/** Why a consumer has failed; undefined when it has not. */
const failureOf = (draft: RolloutDraft, { state }: ConsumerView): string | undefined => {
  if (state.kind === 'failed') return state.message;
  const { wave } = draft.status;
  if (state.kind !== 'working' || !state.limited || wave === undefined) return undefined;
  const deadline = fromTime(wave.startedAt) + draft.spec.progressDeadlineSeconds * 1000;
  if (deadline > draft.now) {
    draft.wake(deadline);
    return undefined;
  }
  return `not healthy within ${draft.spec.progressDeadlineSeconds} s: ${state.message}`;
};

const waitForConsumers = (draft: RolloutDraft): void => {
  const [first, ...others] = draft.atWork;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  draft.waitFor(`${first.id} (${first.state.kind === 'healthy' ? 'to act' : first.state.message})${more}`);
};

/** Whether the wave is healthy, but not for long enough yet. */
const isSoaking = (draft: RolloutDraft): boolean => {
  const { status, spec } = draft;
  const { soakSeconds } = spec.waves;
  if (status.wave === undefined || soakSeconds === 0) return false;
  if (status.step.name !== 'Soaking') {
    draft.enter('Soaking', soakSeconds);
    return true;
  }
  const until = fromTime(status.step.since) + soakSeconds * 1000;
  status.step.deadline = toTime(until);
  if (until <= draft.now) return false;
  draft.waitFor(`the soak of wave ${status.wave.number}, until ${timeOfDay(until)}`);
  draft.wake(until);
  return true;
};

const rank = ({ state, busy }: ConsumerView): number => (state.kind === 'healthy' ? 0 : 2) + (busy ? 1 : 0);

/** Those that are well and idle first: they tell most about the version, and disturb nobody. */
const wellFirst = (consumers: readonly ConsumerView[]): ConsumerView[] =>
  consumers.toSorted((left, right) => rank(left) - rank(right) || (left.id < right.id ? -1 : 1));

/** On the way back, those that suffer first. */
const worstFirst = (consumers: readonly ConsumerView[]): ConsumerView[] =>
  consumers.toSorted((left, right) => rank(right) - rank(left) || (left.id < right.id ? -1 : 1));

const startWave = (draft: RolloutDraft, remaining: readonly ConsumerView[]): void => {
  const { status, spec, snapshot } = draft;
  const { target, wave } = status;
  if (target === undefined) return;
  if (spec.paused) {
    draft.waitFor('spec.paused to be false');
    return;
  }
  if (!draft.ensureCopy(target)) return;
  confirm(draft, wave?.consumers ?? []);
  const next = wellFirst(remaining).slice(0, waveSize(spec.waves.maxConcurrent, snapshot.consumers.length));
  for (const { id } of next) draft.grant(id, target);
  const now = toTime(draft.now);
  status.startedAt ??= now;
  const number = (wave?.number ?? 0) + 1;
  status.wave = { number, startedAt: now, consumers: next.map(({ id }) => id).toSorted() };
  draft.event('Normal', 'WaveStarted', `wave ${number}: ${next.length} of ${remaining.length} get version ${target}`);
  if (status.step.name !== 'Rolling') draft.enter('Rolling');
  draft.waitFor(`wave ${number} to act`);
  draft.wake(draft.now);
};

const confirm = (draft: RolloutDraft, consumers: readonly string[]): void => {
  if (consumers.length > 0) draft.actions.push({ kind: 'confirm', consumers: [...consumers] });
};

const complete = (draft: RolloutDraft): void => {
  const { status } = draft;
  const { target } = status;
  if (target === undefined) return;
  confirm(draft, status.wave?.consumers ?? []);
  draft.endRollout(target, 'Completed', `all ${draft.snapshot.consumers.length} consumers have it`);
  status.current = target;
  delete status.wave;
  delete status.failure;
  draft.enter('Stable');
};

/** On the way back there is no soak, and one that is slow holds up nobody but its own place. */
const advanceBack = (draft: RolloutDraft): void => {
  const { status, spec, snapshot } = draft;
  const { wave, target, rejected } = status;
  if (target === undefined || wave === undefined) return;
  const working = draft.atWork;
  const { remaining } = draft;
  if (working.length === 0 && remaining.length === 0) {
    confirm(draft, wave.consumers);
    const failure = status.failure === undefined ? '' : `; ${status.failure.consumer}: ${status.failure.message}`;
    draft.endRollout(rejected ?? '', 'Reverted', `all consumers have version ${target} again${failure}`);
    delete status.wave;
    draft.enter('Stable');
    return;
  }
  const room = waveSize(spec.waves.maxConcurrent, snapshot.consumers.length) - working.length;
  if (room > 0 && remaining.length > 0 && !spec.paused) {
    const still = working.map(({ id }) => id);
    confirm(
      draft,
      wave.consumers.filter((id) => !still.includes(id)),
    );
    const next = worstFirst(remaining).slice(0, room);
    for (const { id } of next) draft.grant(id, target);
    const consumers = [...still, ...next.map(({ id }) => id)].toSorted();
    status.wave = { number: wave.number + 1, startedAt: toTime(draft.now), consumers };
    draft.wake(draft.now);
  }
  const stuck = working.find((consumer) => failureOf(draft, consumer) !== undefined);
  if (stuck !== undefined) {
    draft.stall('RevertIncomplete', `${stuck.id} has not come back to version ${target}: ${failureOf(draft, stuck)}`);
  }
  if (spec.paused && remaining.length > 0) draft.waitFor('spec.paused to be false');
  waitForConsumers(draft);
};
