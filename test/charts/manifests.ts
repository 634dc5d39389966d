import type {
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1ConfigMap,
  V1Deployment,
  V1Ingress,
  V1LabelSelector,
  V1NetworkPolicy,
  V1Pod,
  V1PodDisruptionBudget,
  V1Role,
  V1RoleBinding,
  V1Service,
  V1ServiceAccount,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import type { Definition } from '../../operator/api/schema/definition.ts';

/** What the charts render, by kind. */
export interface Kinds {
  BlueGreen: BlueGreen;
  ClusterRole: V1ClusterRole;
  ClusterRoleBinding: V1ClusterRoleBinding;
  ConfigMap: V1ConfigMap;
  CustomResourceDefinition: Definition & { metadata: { annotations?: Record<string, string> } };
  Deployment: V1Deployment;
  HTTPRoute: { metadata: { name: string }; spec: { parentRefs: unknown[]; hostnames?: string[]; rules: unknown[] } };
  HorizontalPodAutoscaler: V2HorizontalPodAutoscaler;
  Ingress: V1Ingress;
  NetworkPolicy: V1NetworkPolicy;
  Pod: V1Pod;
  PodDisruptionBudget: V1PodDisruptionBudget;
  PrometheusRule: { metadata: { name: string }; spec: { groups: { rules: { expr: string }[] }[] } };
  Role: V1Role;
  RoleBinding: V1RoleBinding;
  Service: V1Service;
  ServiceAccount: V1ServiceAccount;
  ServiceMonitor: { metadata: { name: string }; spec: { selector: V1LabelSelector; endpoints: object[] } };
}

/** One rendered object. */
export type Manifest = { [K in keyof Kinds]: Kinds[K] & { kind: K } }[keyof Kinds];

/** What a chart renders. */
export class Manifests {
  readonly all: Manifest[];
  constructor(yaml: string) {
    this.all = parseAllDocuments(yaml)
      .map((document): Manifest | null => document.toJS())
      .filter((manifest) => manifest !== null);
  }

  /** All objects of a kind. */
  list<K extends keyof Kinds>(kind: K): Extract<Manifest, { kind: K }>[] {
    return this.all.filter((manifest): manifest is Extract<Manifest, { kind: K }> => manifest.kind === kind);
  }

  /** The only object of a kind. */
  one<K extends keyof Kinds>(kind: K): Extract<Manifest, { kind: K }> {
    const found = this.list(kind);
    const [first] = found;
    if (first === undefined || found.length > 1) throw new TypeError(`Expected one ${kind}, found ${found.length}`);
    return first;
  }
}
