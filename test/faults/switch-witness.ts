import type { V1Pod } from '@kubernetes/client-node';
import { LABEL_REVISION } from '../../operator/api/names.ts';
import type { ProxiedRequest } from './fault.ts';

/** A write of a Service's selector, and what the pods of that revision were like just before it was passed on. */
export interface WitnessedSwitch {
  revision: string;
  pods: number;
  ready: number;
}

export const isReadyPod = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined &&
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;

/** Looks at the pods of a revision whenever a Service is about to be pointed at it. */
export class SwitchWitness {
  readonly seen: WitnessedSwitch[] = [];
  readonly #service: string;
  readonly #podsOf: (revision: string) => Promise<V1Pod[]>;

  constructor(service: string, podsOf: (revision: string) => Promise<V1Pod[]>) {
    this.#service = service;
    this.#podsOf = podsOf;
  }

  /** To be a proxy's witness. */
  readonly look = async ({ method, url, body }: ProxiedRequest): Promise<void> => {
    const { pathname } = new URL(url, 'http://proxy');
    if (method !== 'PATCH' || !pathname.endsWith(`/services/${this.#service}`)) return;
    const { spec }: { spec?: { selector?: Record<string, string> } } = JSON.parse(body);
    const revision = spec?.selector?.[LABEL_REVISION];
    if (revision === undefined) return;
    const pods = await this.#podsOf(revision);
    this.seen.push({ revision, pods: pods.length, ready: pods.filter(isReadyPod).length });
  };
}
