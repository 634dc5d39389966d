import type { V1JobSpec } from '@kubernetes/client-node';

/** How a check looks at a release. */
export type CheckKind = 'http' | 'job' | 'prometheus';

/** When checks run: before the switch, against the release being prepared, or after it, against the one that serves. */
export type CheckStage = 'Before' | 'After';

/** One header of a request. Its value is never written to a log or a message. */
export interface HttpHeader {
  name: string;
  value: string;
}

/** A request to every pod of the slot, by the pod's address; a measurement passes when every pod answers as expected. */
export interface HttpCheck {
  path: string;
  /** Number or name of a container port. Default: the port named `http`, else the first of the first container. */
  port?: number | string;
  scheme: 'HTTP' | 'HTTPS';
  method: string;
  headers: HttpHeader[];
  body?: string;
  expect: {
    /** Status codes, or classes of them such as `2xx`. */
    statuses: string[];
    /** A regular expression that the answer's body must match somewhere. */
    bodyMatches?: string;
  };
}

/** A Job that must complete; each measurement runs one. */
export interface JobCheck {
  /** As `spec.jobTemplate` of a CronJob: metadata and the Job's spec. */
  template: {
    metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
    spec: V1JobSpec;
  };
}

/** A query whose answer must hold a comparison, for example `value < 0.01`. */
export interface PrometheusCheck {
  /** Where Prometheus answers, for example `http://prometheus.monitoring:9090`. */
  address: string;
  query: string;
  /** `value`, a comparison and a number. It must hold for every series of the answer. */
  condition: string;
}

/** What a release must pass. Exactly one of `http`, `job` and `prometheus` is there. */
export interface Check {
  /** Unique in its list. */
  name: string;
  /** Measurements that must pass. */
  count: number;
  /** Seconds from the end of one measurement to the next. */
  intervalSeconds: number;
  /** How long one measurement may take; see measurementSeconds for the default. */
  timeoutSeconds?: number;
  /** Measurements that may fail before the check has failed. */
  failuresAllowed: number;
  /** Measurements that may say nothing (no data, no answer of Prometheus) before the check has failed. */
  inconclusiveAllowed: number;
  http?: HttpCheck;
  job?: JobCheck;
  prometheus?: PrometheusCheck;
}

/** `Pending`: no measurement has begun. */
export type CheckPhase = 'Pending' | 'Running' | 'Passed' | 'Failed';

/** How one check stands. */
export interface CheckStatus {
  name: string;
  kind: CheckKind;
  phase: CheckPhase;
  /** Measurements so far, by their verdict. */
  passed: number;
  failed: number;
  inconclusive: number;
  /** The last answer, at most MAX_ANSWER_LENGTH characters. */
  last?: string;
  /** When the last measurement ended. */
  lastAt?: string;
}

/** How the checks of a release stand. Kept after the release until the next one begins its own. */
export interface ChecksStatus {
  stage: CheckStage;
  revision: string;
  /** Distinct for each run of a release, so that a retried one is checked afresh. */
  run: string;
  results: CheckStatus[];
}

/** What one measurement said. Inconclusive is never a pass. */
export type CheckVerdict = 'pass' | 'fail' | 'inconclusive';

/** Longest answer that is kept, in characters. */
export const MAX_ANSWER_LENGTH = 300;

const TIMEOUT_SECONDS: Record<CheckKind, number> = { http: 10, job: 600, prometheus: 10 };

/** How a check looks at a release. The schema lets no check pass that has none. */
export const kindOf = (check: Check): CheckKind => {
  if (check.http !== undefined) return 'http';
  return check.job === undefined ? 'prometheus' : 'job';
};

/** How long one measurement may take, in seconds. */
export const measurementSeconds = (check: Check): number => check.timeoutSeconds ?? TIMEOUT_SECONDS[kindOf(check)];
