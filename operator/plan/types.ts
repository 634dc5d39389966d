import type { BlueGreenSpec, BlueGreenStatus } from '../api/bluegreen.ts';
import type { CheckStage, CheckVerdict } from '../api/checks.ts';
import type { Slot, Traffic } from '../api/names.ts';
import type { ConfigKind } from '../api/references.ts';
import type { MissingReason } from '../api/revision.ts';

/** The BlueGreen as the cache holds it. */
export interface BlueGreenView {
  name: string;
  namespace: string;
  generation: number;
  /** The object is being deleted: nothing is planned any more. */
  deleting: boolean;
  spec: BlueGreenSpec;
  status?: BlueGreenStatus | undefined;
}

/** One ConfigMap or Secret that the template names and a release copies. */
export interface ConfigView {
  kind: ConfigKind;
  original: string;
  /** Name of the immutable copy of its present content. */
  copy: string;
  /** False: it is missing and its references are all optional; the copy is never made. */
  exists: boolean;
}

/** What the spec asks for, computed from the template and the present content of the ConfigMaps and Secrets it names. */
export interface Desired {
  /** Absent when something that must exist does not, or cannot be read; `missing` then says which. */
  revision?: string | undefined;
  configs: ConfigView[];
  /** One sentence for each thing that must exist and does not, or cannot be read. */
  missing: string[];
  /** Present when something is missing. */
  missingReason?: MissingReason | undefined;
  /** One sentence for each ConfigMap whose present content a ConfigRollout has not granted yet. */
  heldBack?: string[] | undefined;
  /** When this process first saw the newest content among them, in ms since the epoch; 0 if before its start. */
  configChangedAt: number;
}

/** A Service as the cache holds it. */
export interface ServiceView {
  name: string;
  resourceVersion: string;
  selector: Record<string, string>;
  /** Field manager that last wrote the selector, for the event about foreign edits. */
  selectorManager?: string | undefined;
  /** Value of ANNOTATION_FENCE. */
  fence?: string | undefined;
}

/** A slot's Deployment as the cache holds it. */
export interface SlotView {
  slot: Slot;
  resourceVersion: string;
  /** Not owned by this BlueGreen: hands off. */
  foreign: boolean;
  /** The Deployment is being deleted. */
  deleting: boolean;
  revision: string;
  /** spec.replicas. */
  replicas: number;
  /** The Deployment controller has seen the newest spec. */
  observed: boolean;
  /** status.replicas, status.updatedReplicas, status.readyReplicas. */
  total: number;
  updated: number;
  ready: number;
  /** Message of the condition ReplicaFailure, when pods cannot even be made. */
  failure?: string | undefined;
  /** Value of LABEL_CLAIM. */
  claim?: string | undefined;
}

/** An endpoint of the active Service. */
export interface EndpointView {
  /** Which slot's pod it is; `other` for a pod of neither slot. */
  slot: Slot | 'other';
  ready: boolean;
}

/** A recorded release (ControllerRevision). */
export interface RecordView {
  revision: string;
  resourceVersion: string;
  /** The running number; the newest release has the highest. */
  number: number;
  /** Names of the config copies that it uses. */
  copies: string[];
}

/** An immutable config copy of which this BlueGreen is an owner. */
export interface CopyView {
  kind: ConfigKind;
  name: string;
  resourceVersion: string;
}

/** A pod that is not ready, read live only to explain a stall. */
export interface PodView {
  name: string;
  slot: Slot;
  /** One clause, for example `container users is in CrashLoopBackOff (exit code 1)`. */
  trouble: string;
}

/** What the API server said to a dry run of a revision's Deployment. */
export type Verdict = { accepted: true } | { accepted: false; message: string };

/**
 * A measurement that this process has begun. It is known under the id that the action `measure` gave it, until its
 * result is in status.
 */
export type MeasurementView =
  | { id: string; state: 'running' }
  | { id: string; state: 'done'; verdict: CheckVerdict; message: string; /** RFC 3339 */ at: string };

/** Everything plan may know. Each part may be older than the others: caches are independent. */
export interface Snapshot {
  bluegreen: BlueGreenView;
  desired: Desired;
  services: { active?: ServiceView | undefined; preview?: ServiceView | undefined };
  slots: Partial<Record<Slot, SlotView>>;
  endpoints: EndpointView[];
  records: RecordView[];
  copies: CopyView[];
  /** Present only when an earlier plan asked to `explain`. */
  pods?: PodView[] | undefined;
  verdicts: Record<string, Verdict>;
  /** What this process knows of its measurements; a process that has just started knows none. */
  measurements: MeasurementView[];
  /** When the switch began (`step.since`) whose old pods this process has told that they are leaving. */
  announced: string | undefined;
}

/** Which of the two Services. */
export type Role = 'active' | 'preview';

/**
 * One write. `resourceVersion` is a precondition: the write must fail with a conflict if the object has changed since.
 * Where it is undefined, the object must not exist yet.
 */
export type Action =
  /** Dry-run the Deployment of the desired revision; the answer comes back in `Snapshot.verdicts`. */
  | { kind: 'validate'; revision: string }
  /** Make the immutable copy of a ConfigMap's or Secret's present content (or become an owner of the one that is there). */
  | { kind: 'copyConfig'; configKind: ConfigKind; original: string; copy: string }
  /** Make the ControllerRevision of the desired revision, or raise its number when it is there. */
  | { kind: 'record'; revision: string; number: number; resourceVersion: string | undefined }
  /** Apply the slot's Deployment from the record of a revision. */
  | { kind: 'fill'; slot: Slot; revision: string; replicas: number; resourceVersion: string | undefined }
  | { kind: 'scale'; slot: Slot; replicas: number; resourceVersion: string }
  /** Write LABEL_CLAIM on the slot's Deployment. */
  | { kind: 'claim'; slot: Slot; claim: string; resourceVersion: string }
  | { kind: 'select'; role: Role; service: string; selector: Record<string, string>; resourceVersion: string }
  /** Write ANNOTATION_FENCE on the active Service: which switch was last made, or given up. */
  | { kind: 'fence'; service: string; fence: string; resourceVersion: string }
  /**
   * Annotate every pod of that slot and revision (the hand-over signal). The shell first reads the active Service live
   * and refuses when its selector says otherwise: no precondition keeps a writer that was stopped for a while from
   * telling pods that serve again that they are retired. Before it tells pods that they are retired it reads the
   * EndpointSlices live, too, and refuses while any of these pods is listed as ready: so a switch is not confirmed by a
   * list that is left over from an earlier one. Before it tells them that they are leaving it reads the BlueGreen live,
   * and refuses when another switch, or none, is on record; what it told is in `Snapshot.announced`.
   */
  | { kind: 'signal'; slot: Slot; revision: string; traffic: Traffic }
  /** Forget a release. The shell first reads the slots live and refuses while one of them holds the revision. */
  | { kind: 'deleteRecord'; revision: string; resourceVersion: string }
  /**
   * Give up ownership of a copy, and delete it when nobody else owns it. The shell first reads this BlueGreen's records
   * live and refuses while one of them names the copy: no precondition covers a record that the cache does not show yet.
   */
  | { kind: 'releaseCopy'; configKind: ConfigKind; name: string; resourceVersion: string }
  /**
   * Begin a measurement in the background, unless one of that id runs or is done, and come back when it ends. The id is
   * `<run>/<stage>/<check>/<number>`.
   */
  | { kind: 'measure'; id: string; stage: CheckStage; check: string; slot: Slot; revision: string }
  | { kind: 'event'; type: 'Normal' | 'Warning'; reason: string; message: string };

/**
 * What to do. The shell carries the actions out in order and stops at the first that fails; then it writes the status
 * if it differs from the one in the snapshot, with the BlueGreen's resourceVersion as precondition; then it comes back
 * at `requeueAt`, or earlier when anything changes. An intention that must be on record before its action (the switch)
 * is entered by a plan that has no action at all.
 */
export interface Plan {
  actions: Action[];
  status: BlueGreenStatus;
  /** Milliseconds since the epoch. */
  requeueAt?: number | undefined;
  /** The slot whose unready pods should be read live, so that the next plan can say why they are not ready. */
  explain?: Slot | undefined;
}
