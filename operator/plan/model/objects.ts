import type { BlueGreenSpec, BlueGreenStatus } from '../../api/bluegreen.ts';
import type { Slot, Traffic } from '../../api/names.ts';
import type { EndpointView } from '../types.ts';

/** What every object of the model has. Objects are never changed in place: a write puts a new one. */
export interface Stored {
  readonly name: string;
  readonly resourceVersion: number;
}

/** The one BlueGreen. */
export interface BlueGreenObject extends Stored {
  readonly generation: number;
  readonly spec: BlueGreenSpec;
  readonly status?: BlueGreenStatus | undefined;
}

/** A Service. */
export interface ServiceObject extends Stored {
  readonly selector: Record<string, string>;
  readonly selectorManager?: string | undefined;
  readonly fence?: string | undefined;
}

/** A slot's Deployment. */
export interface DeploymentObject extends Stored {
  readonly slot: Slot;
  readonly foreign: boolean;
  readonly generation: number;
  readonly revision: string;
  /** Config copies that the pod template names. */
  readonly copies: readonly string[];
  readonly replicas: number;
  readonly claim?: string | undefined;
  readonly status: DeploymentStatus;
}

/** `status` of a Deployment. */
export interface DeploymentStatus {
  readonly observedGeneration: number;
  readonly total: number;
  readonly updated: number;
  readonly ready: number;
  /** Version of the cluster at which the controller counted. */
  readonly countedAt: number;
}

/** The EndpointSlices of the active Service, as one object. */
export interface EndpointsObject extends Stored {
  readonly endpoints: readonly EndpointView[];
}

/** A ConfigMap that people edit. */
export interface ConfigObject extends Stored {
  readonly content: number;
}

/** A ControllerRevision. */
export interface RecordObject extends Stored {
  readonly number: number;
  readonly copies: readonly string[];
}

/** An immutable config copy. */
export interface CopyObject extends Stored {
  readonly owners: readonly string[];
}

/** A ReplicaSet of a slot's Deployment; there is one for each revision that the slot has held lately. */
export interface ReplicaSet {
  readonly slot: Slot;
  readonly revision: string;
  readonly copies: readonly string[];
  wanted: number;
  total: number;
  ready: number;
}

/** A pod. */
export interface Pod {
  readonly id: number;
  readonly slot: Slot;
  readonly revision: string;
  readonly copies: readonly string[];
  ready: boolean;
  /** Steps that the kubelet has taken with it since its last start. */
  age: number;
  /** Value of ANNOTATION_TRAFFIC. */
  traffic?: Traffic;
}
