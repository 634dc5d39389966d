import type { V1ControllerRevision, V1PodTemplateSpec } from '@kubernetes/client-node';
import { LABEL_BLUEGREEN } from '../../api/names.ts';
import type { RecordView } from '../../plan/types.ts';
import { controllerUid, identityOf } from './identity.ts';
import type { Identity } from './identity.ts';

/** What a ControllerRevision of the operator holds in `data`. */
export interface RecordData {
  /** The pod template, every reference naming its config copy. */
  template: V1PodTemplateSpec;
  /** Names of the config copies that must exist. */
  copies: string[];
}

/** A recorded release as the cache holds it, without its template. */
export interface CachedRecord extends RecordView, Identity {
  bluegreen: string;
  controller: string | undefined;
}

/** A ControllerRevision as the API server holds it. */
export interface ControllerRevision extends Omit<V1ControllerRevision, 'data'> {
  data?: Partial<RecordData>;
}

export const viewRecord = ({ metadata, revision, data }: ControllerRevision): CachedRecord | undefined => {
  const identity = identityOf(metadata);
  const bluegreen = metadata?.labels?.[LABEL_BLUEGREEN];
  if (bluegreen === undefined || metadata?.deletionTimestamp !== undefined) return undefined;
  return {
    ...identity,
    bluegreen,
    controller: controllerUid(metadata),
    revision: identity.name,
    number: revision,
    copies: data?.copies ?? [],
  };
};
