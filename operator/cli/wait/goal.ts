import type { BlueGreen, HistoryEntry } from '../../api/bluegreen.ts';
import { findCondition } from '../../api/conditions.ts';
import { healthOf, sentenceOf } from '../view/health.ts';

/** What can be waited for. */
export const GOALS = ['Promoted', 'Ready', 'Stable', 'AwaitingPromotion'] as const;
export type Goal = (typeof GOALS)[number];

/** Where a wait stands. */
export type Progress =
  | { state: 'waiting'; sentence: string }
  | { state: 'reached'; sentence: string }
  /** It ended otherwise, or nothing will move until somebody changes something. */
  | { state: 'missed' | 'stalled'; sentence: string };

/** Judges what is seen, one look after another: which release it is about shows at the first look that knows one. */
export class Wait {
  readonly #goal: Goal;
  #followed: string | undefined;
  #startedAt: string | undefined;

  /** @param revision the release to follow; default: the one under way */
  constructor(goal: Goal, revision?: string) {
    this.#goal = goal;
    this.#followed = revision;
  }

  look(blueGreen: BlueGreen, now: number): Progress {
    const { status } = blueGreen;
    const health = healthOf(blueGreen);
    const waitingFor = sentenceOf(blueGreen, now);
    const waiting = (why = waitingFor): Progress => ({
      state: 'waiting',
      sentence: `${status?.step?.name ?? 'Unseen'}${why === undefined ? '' : `: waiting for ${why}`}`,
    });
    if (status === undefined || health === 'Unseen') return waiting();
    this.#note(blueGreen);
    const ended = this.#goal === 'Ready' ? undefined : this.#end(blueGreen);
    const isServing = status.active !== undefined && status.active === (this.#followed ?? status.target);
    if (ended !== undefined && (ended.outcome !== 'Promoted' || !isServing)) {
      return { state: 'missed', sentence: sentenceOfEnd(ended, status.active) };
    }
    if (this.#isReached(blueGreen, isServing)) {
      return {
        state: 'reached',
        sentence:
          status.step.name === 'AwaitingPromotion'
            ? `${status.step.name}: waiting for ${waitingFor}`
            : `${status.active} serves (${status.step.name})`,
      };
    }
    if (health === 'Stalled') {
      const reason = findCondition(status.conditions, 'Stalled')?.reason ?? 'Stalled';
      return { state: 'stalled', sentence: `${status.step.name}: ${reason}: ${waitingFor ?? ''}` };
    }
    return waiting();
  }

  #note({ status }: BlueGreen): void {
    const release = status?.release;
    if (release === undefined || (this.#followed !== undefined && this.#followed !== release.revision)) return;
    // On the way back from what failed or was aborted: that is the release that is asked for.
    if (this.#followed === undefined && release.rollback === true && status?.rejected !== undefined) {
      this.#followed = status.rejected;
      return;
    }
    this.#followed = release.revision;
    this.#startedAt ??= release.startedAt;
  }

  /** How the release that is followed ended; undefined while it is under way, or to come. */
  #end({ status }: BlueGreen): HistoryEntry | undefined {
    if (status === undefined) return undefined;
    const { release, history, target, rejected } = status;
    if (this.#startedAt !== undefined) {
      if (release?.startedAt === this.#startedAt) return undefined;
      return history.find((entry) => entry.revision === this.#followed && entry.startedAt === this.#startedAt);
    }
    // It was over before the first look. What is asked for and not rejected is yet to come, again.
    const revision = this.#followed ?? (release === undefined ? rejected : undefined);
    const isToCome = revision === target && revision !== rejected;
    return isToCome ? undefined : history.find((entry) => entry.revision === revision);
  }

  #isReached({ status }: BlueGreen, isServing: boolean): boolean {
    const step = status?.step.name;
    if (this.#goal === 'Ready') return findCondition(status?.conditions ?? [], 'Ready')?.status === 'True';
    if (this.#goal === 'AwaitingPromotion') return step === 'AwaitingPromotion';
    // A release that is still under way after the switch (Verifying) may yet be taken back.
    return isServing && status?.release === undefined && (this.#goal === 'Promoted' || step === 'Stable');
  }
}

const sentenceOfEnd = ({ revision, outcome, reason, message }: HistoryEntry, active: string | undefined): string =>
  outcome === 'Promoted'
    ? `${revision} was Promoted, but does not serve any more: ${active ?? 'nothing'} does`
    : `${revision} ended ${outcome} (${reason}): ${message}`;
