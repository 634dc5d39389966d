import type { CopyView, EndpointView, RecordView, ServiceView, SlotView } from '../types.ts';
import { madeOnce } from './frozen.ts';
import type { CopyObject, DeploymentObject, EndpointsObject, RecordObject, ServiceObject } from './objects.ts';

/** The objects of the model as a snapshot shows them. */
export const slotView = madeOnce((deployment: DeploymentObject): SlotView => {
  const { slot, resourceVersion, foreign, generation, revision, replicas, claim, status } = deployment;
  const { observedGeneration, total, updated, ready } = status;
  const observed = observedGeneration === generation;
  const deleting = false;
  return {
    slot,
    resourceVersion: String(resourceVersion),
    foreign,
    deleting,
    revision,
    replicas,
    claim,
    observed,
    total,
    updated,
    ready,
  };
});

export const serviceView = madeOnce((service: ServiceObject): ServiceView => {
  const { name, resourceVersion, selector, selectorManager, fence } = service;
  return { name, resourceVersion: String(resourceVersion), selector: { ...selector }, selectorManager, fence };
});

export const recordView = madeOnce(({ name, resourceVersion, number, copies }: RecordObject): RecordView => ({
  revision: name,
  resourceVersion: String(resourceVersion),
  number,
  copies: [...copies],
}));

export const copyView = madeOnce(({ name, resourceVersion }: CopyObject): CopyView => ({
  kind: 'ConfigMap',
  name,
  resourceVersion: String(resourceVersion),
}));

export const endpointsView = madeOnce(({ endpoints }: EndpointsObject): EndpointView[] => [...endpoints]);
