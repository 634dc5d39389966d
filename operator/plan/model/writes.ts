import { bothSelector, FIELD_MANAGER, LABEL_REVISION } from '../../api/names.ts';
import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import type { Action, Snapshot } from '../types.ts';
import type { Cluster } from './cluster.ts';
import type { BlueGreenObject, CopyObject, DeploymentObject, RecordObject, ServiceObject, Stored } from './objects.ts';
import { isSame } from './same.ts';
import { copyName, NAME, templateOfRevision } from './templates.ts';

/** What the API server says to a write that it does not make. */
export class Refused extends Error {
  readonly code: 'Conflict' | 'NotFound' | 'AlreadyExists' | 'Invalid';

  constructor(code: Refused['code'], message: string) {
    super(`${code}: ${message}`);
    this.name = 'Refused';
    this.code = code;
  }
}

/** An action that writes an object, and what it did; `after` is absent for a deletion. */
export type Effect =
  | { kind: 'deployment'; before?: DeploymentObject | undefined; after: DeploymentObject }
  | { kind: 'service'; role: 'active' | 'preview'; before: ServiceObject; after: ServiceObject }
  | { kind: 'record'; before?: RecordObject | undefined; after?: RecordObject | undefined }
  | { kind: 'copy'; before?: CopyObject | undefined; after?: CopyObject | undefined }
  | { kind: 'signal'; changed: boolean }
  | { kind: 'verdict'; revision: string; accepted: boolean }
  | { kind: 'measurement' }
  | { kind: 'event' };

const parse = (version: string | undefined): number | undefined =>
  version === undefined ? undefined : Number(version);

/** The object as the precondition expects it: of that version, or not there at all. */
const expectVersion = (what: string, object: Stored | undefined, version: number | undefined): void => {
  if (version === undefined && object !== undefined) throw new Refused('AlreadyExists', what);
  if (version !== undefined && object === undefined) throw new Refused('NotFound', what);
  if (object !== undefined && object.resourceVersion !== version) {
    throw new Refused('Conflict', `${what} is at ${object.resourceVersion}, expected ${version}`);
  }
};

const existing = <T extends Stored>(what: string, object: T | undefined, version: string): T => {
  expectVersion(what, object, Number(version));
  if (object === undefined) throw new Refused('NotFound', what);
  return object;
};

/** Puts the changed object, or does nothing (and moves no resourceVersion) where nothing changes. */
const put = <T extends Stored>(cluster: Cluster, into: { put(object: T): T }, before: T, change: Partial<T>): T => {
  const after = { ...before, ...change };
  if (isSame(after, before)) return before;
  return into.put({ ...after, resourceVersion: cluster.next() });
};

const changeDeployment = (
  cluster: Cluster,
  before: DeploymentObject,
  change: Partial<DeploymentObject>,
): DeploymentObject => {
  const specChanged =
    (change.revision ?? before.revision) !== before.revision ||
    (change.replicas ?? before.replicas) !== before.replicas;
  return put(cluster, cluster.deployments, before, {
    ...change,
    generation: before.generation + (specChanged ? 1 : 0),
  });
};

const fill = (cluster: Cluster, action: Extract<Action, { kind: 'fill' }>): Effect => {
  const { slot, revision, replicas } = action;
  const before = cluster.deployment(slot);
  const record = cluster.records.get(revision);
  if (record === undefined) throw new Refused('NotFound', `record ${revision}`);
  expectVersion(`Deployment ${slot}`, before, parse(action.resourceVersion));
  if (!templateOfRevision(revision).admissible) throw new Refused('Invalid', `template of ${revision}`);
  const { copies } = record;
  if (before !== undefined) {
    return { kind: 'deployment', before, after: changeDeployment(cluster, before, { revision, replicas, copies }) };
  }
  const after = cluster.deployments.put({
    name: slot,
    slot,
    foreign: false,
    resourceVersion: cluster.next(),
    generation: 1,
    revision,
    copies,
    replicas,
    status: { observedGeneration: 0, total: 0, updated: 0, ready: 0, countedAt: cluster.version },
  });
  return { kind: 'deployment', after };
};

const record = (cluster: Cluster, action: Extract<Action, { kind: 'record' }>, { desired }: Snapshot): Effect => {
  const { revision, number } = action;
  const before = cluster.records.get(revision);
  expectVersion(`record ${revision}`, before, parse(action.resourceVersion));
  if (before !== undefined) return { kind: 'record', before, after: put(cluster, cluster.records, before, { number }) };
  if (desired.revision !== revision) throw new Error(`expected a record of ${desired.revision}, found ${revision}`);
  const copies = desired.configs.filter(({ exists }) => exists).map(({ copy }) => copy);
  const after = cluster.records.put({ name: revision, resourceVersion: cluster.next(), number, copies });
  return { kind: 'record', after };
};

const copyConfig = (cluster: Cluster, action: Extract<Action, { kind: 'copyConfig' }>): Effect => {
  const { original, copy } = action;
  const config = cluster.configs.get(original);
  if (config === undefined) throw new Refused('NotFound', `ConfigMap ${original}`);
  if (copyName(original, config.content) !== copy) throw new Refused('Conflict', `ConfigMap ${original} has changed`);
  const before = cluster.copies.get(copy);
  if (before === undefined) {
    const after = cluster.copies.put({ name: copy, resourceVersion: cluster.next(), owners: [NAME] });
    return { kind: 'copy', after };
  }
  const owners = before.owners.includes(NAME) ? before.owners : [...before.owners, NAME];
  return { kind: 'copy', before, after: put(cluster, cluster.copies, before, { owners }) };
};

const releaseCopy = (cluster: Cluster, action: Extract<Action, { kind: 'releaseCopy' }>): Effect => {
  const before = existing(`copy ${action.name}`, cluster.copies.get(action.name), action.resourceVersion);
  const user = cluster.records.list().find(({ copies }) => copies.includes(action.name));
  if (user !== undefined) throw new Refused('Conflict', `${user.name} names copy ${action.name}`);
  const owners = before.owners.filter((owner) => owner !== NAME);
  if (owners.length > 0) return { kind: 'copy', before, after: put(cluster, cluster.copies, before, { owners }) };
  cluster.copies.delete(action.name, cluster.next());
  return { kind: 'copy', before };
};

const select = (cluster: Cluster, action: Extract<Action, { kind: 'select' }>): Effect => {
  const { role, service, selector } = action;
  const before = existing(`Service ${service}`, cluster.services.get(service), action.resourceVersion);
  const after = put(cluster, cluster.services, before, { selector, selectorManager: FIELD_MANAGER });
  return { kind: 'service', role, before, after };
};

const fence = (cluster: Cluster, action: Extract<Action, { kind: 'fence' }>): Effect => {
  const before = existing(`Service ${action.service}`, cluster.services.get(action.service), action.resourceVersion);
  const after = put(cluster, cluster.services, before, { fence: action.fence });
  return { kind: 'service', role: 'active', before, after };
};

const signal = (cluster: Cluster, action: Extract<Action, { kind: 'signal' }>, { bluegreen }: Snapshot): Effect => {
  const { active } = bluegreen.spec.services;
  const selector = cluster.services.get(active)?.selector ?? {};
  const isOverlap = action.traffic === 'leaving' && isSame(selector, bothSelector(NAME));
  const serves = selector[LABEL_REVISION] === action.revision || isOverlap;
  if (serves !== (action.traffic !== 'retired')) throw new Refused('Conflict', `${action.revision} serves: ${serves}`);
  const { step } = cluster.status ?? {};
  const isOnRecord = step?.name === 'Switching' && step.since === bluegreen.status?.step.since;
  if (action.traffic === 'leaving' && !isOnRecord) throw new Refused('Conflict', `the step is ${step?.name}`);
  const listed = cluster.endpoints.get(active)?.endpoints.some(({ slot, ready }) => ready && slot === action.slot);
  if (action.traffic === 'retired' && listed === true)
    throw new Refused('Conflict', `${action.slot} is listed as ready`);
  let changed = false;
  for (const pod of cluster.pods) {
    if (pod.slot !== action.slot || pod.revision !== action.revision || pod.traffic === action.traffic) continue;
    pod.traffic = action.traffic;
    cluster.touch();
    changed = true;
  }
  return { kind: 'signal', changed };
};

/** Carries out one action against the API server. `snapshot` is what the process saw when it planned. */
export const carryOut = (cluster: Cluster, action: Action, snapshot: Snapshot): Effect => {
  switch (action.kind) {
    case 'validate':
      return {
        kind: 'verdict',
        revision: action.revision,
        accepted: templateOfRevision(action.revision).admissible,
      };
    case 'copyConfig':
      return copyConfig(cluster, action);
    case 'record':
      return record(cluster, action, snapshot);
    case 'fill':
      return fill(cluster, action);
    case 'scale':
    case 'claim': {
      const { slot } = action;
      const before = existing(`Deployment ${slot}`, cluster.deployment(slot), action.resourceVersion);
      const change = action.kind === 'scale' ? { replicas: action.replicas } : { claim: action.claim };
      return { kind: 'deployment', before, after: changeDeployment(cluster, before, change) };
    }
    case 'select':
      return select(cluster, action);
    case 'fence':
      return fence(cluster, action);
    case 'signal':
      return signal(cluster, action, snapshot);
    case 'deleteRecord': {
      const before = existing(
        `record ${action.revision}`,
        cluster.records.get(action.revision),
        action.resourceVersion,
      );
      const [slot] = cluster.holding(action.revision);
      if (slot !== undefined) throw new Refused('Conflict', `slot ${slot.name} holds ${action.revision}`);
      cluster.records.delete(action.revision, cluster.next());
      return { kind: 'record', before };
    }
    case 'releaseCopy':
      return releaseCopy(cluster, action);
    case 'measure':
      return { kind: 'measurement' };
    case 'event':
      break;
  }
  return { kind: 'event' };
};

/** Writes status, with the version of the BlueGreen that the process saw as precondition. */
export const writeStatus = (
  cluster: Cluster,
  status: BlueGreenStatus,
  resourceVersion: number,
): { before: BlueGreenObject; after: BlueGreenObject } => {
  const before = cluster.bluegreen;
  expectVersion('BlueGreen', before, resourceVersion);
  return { before, after: put(cluster, cluster.bluegreens, before, { status }) };
};
