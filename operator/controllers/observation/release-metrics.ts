import type { Registry } from 'prom-client';
import type { StepName } from '../../api/bluegreen.ts';
import type { CheckStatus } from '../../api/checks.ts';
import { Meter } from '../../runtime/meter.ts';
import type { EndedStep, Transition } from './transition.ts';

const SWITCH_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
// A switch takes a fraction of a second, a step that waits for a person may take a day.
const STEP_BUCKETS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400];

/** Steps that are no part of a release. */
const AT_REST: ReadonlySet<StepName> = new Set<StepName>(['Stable']);

/**
 * What the operator counts about releases; one per registry. No label names an object, so the number of series does not
 * grow with the cluster: at most 5 outcomes, 11 steps, 3 kinds of checks.
 */
export class ReleaseMetrics {
  readonly switches;
  readonly switchSeconds;
  readonly releases;
  readonly releaseSeconds;
  readonly stepSeconds;
  readonly checks;
  readonly measurements;

  constructor(registry: Registry) {
    const meter = new Meter(registry);
    this.switches = meter.counter({
      name: 'relevo_switches_total',
      help: 'Writes of an active Service that moved its traffic.',
    });
    this.switchSeconds = meter.histogram({
      name: 'relevo_switch_duration_seconds',
      help: 'From the write of the active Service to its EndpointSlices listing the new slot alone.',
      buckets: SWITCH_BUCKETS,
    });
    this.releases = meter.counter({
      name: 'relevo_releases_total',
      help: 'Ended releases by outcome; one that is taken back after its promotion counts a second time.',
      labels: ['outcome'],
    });
    this.releaseSeconds = meter.histogram({
      name: 'relevo_release_duration_seconds',
      help: 'From the start of a release to its end.',
      labels: ['outcome'],
      buckets: STEP_BUCKETS,
    });
    this.stepSeconds = meter.histogram({
      name: 'relevo_release_step_duration_seconds',
      help: 'How long a step of a release took.',
      labels: ['step'],
      buckets: STEP_BUCKETS,
    });
    this.checks = meter.counter({
      name: 'relevo_checks_total',
      help: 'Checks that came to a result.',
      labels: ['kind', 'stage', 'result'],
    });
    this.measurements = meter.counter({
      name: 'relevo_check_measurements_total',
      help: 'Measurements of checks by their verdict.',
      labels: ['kind', 'verdict'],
    });
  }

  /** Counts what a write of the status tells. */
  count({ ended, left, checks }: Transition): void {
    for (const { outcome, startedAt, endedAt } of ended) {
      this.releases.inc({ outcome });
      this.releaseSeconds.observe({ outcome }, secondsBetween(startedAt, endedAt));
    }
    if (left !== undefined && !AT_REST.has(left.name)) this.#countStep(left);
    for (const { check, stage, before } of checks) {
      const { kind, phase } = check;
      if (phase !== before?.phase && (phase === 'Passed' || phase === 'Failed')) {
        this.checks.inc({ kind, stage, result: phase });
      }
      for (const verdict of ['passed', 'failed', 'inconclusive'] as const) {
        this.#countMeasurements(check, verdict, before);
      }
    }
  }

  #countStep({ name, since, until }: EndedStep): void {
    this.stepSeconds.observe({ step: name }, secondsBetween(since, until));
  }

  #countMeasurements(check: CheckStatus, verdict: Verdict, before: CheckStatus | undefined): void {
    const more = check[verdict] - (before?.[verdict] ?? 0);
    if (more > 0) this.measurements.inc({ kind: check.kind, verdict }, more);
  }
}

type Verdict = 'passed' | 'failed' | 'inconclusive';

const secondsBetween = (from: string, until: string): number =>
  Math.max(0, (Date.parse(until) - Date.parse(from)) / 1000);
