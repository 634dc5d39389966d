import type { V1Pod } from '@kubernetes/client-node';
import type { BlueGreenStatus, Decision, HistoryEntry, Step } from '../../api/bluegreen.ts';
import { LABEL_SLOT, SLOTS, deploymentName } from '../../api/names.ts';
import type { Slot } from '../../api/names.ts';
import { troubledPods } from '../../controllers/pod-trouble.ts';
import { healthOf, sentenceOf } from './health.ts';
import type { Health } from './health.ts';
import type { Facts } from './facts.ts';

/** A pod in the tree. */
export interface PodLine {
  name: string;
  state: 'ready' | 'starting' | 'ending';
  /** Why it is not ready. */
  trouble?: string;
  restarts: number;
  createdAt: string;
}

/** What a slot's revision is to the BlueGreen; `old`: it has served and is kept as the way back. */
export type Part = 'active' | 'target' | 'old' | 'empty';

/** A slot in the tree, with its Deployment and pods. */
export interface SlotLine {
  slot: Slot;
  part: Part;
  revision?: string;
  /** The running number of the revision's record. */
  number?: number;
  images: string[];
  /** Config copies that the revision uses. */
  copies: string[];
  deployment: string;
  exists: boolean;
  replicas: number;
  ready: number;
  pods: PodLine[];
}

/** What `status` shows of a BlueGreen; with `-o json` it is the answer. */
export interface StatusView {
  namespace: string;
  name: string;
  health: Health;
  /** Why nothing moves, or what it waits for. */
  waitingFor?: string;
  active?: string;
  target?: string;
  paused: boolean;
  decision?: Decision;
  rejected?: string;
  replicas: number;
  step?: Step;
  /** Seconds spent in the earlier steps of the release that is under way. */
  steps: NonNullable<BlueGreenStatus['release']>['steps'];
  slots: SlotLine[];
  checks?: NonNullable<BlueGreenStatus['checks']>;
  history: HistoryEntry[];
  /** Kinds that this person may not read, so that they are not shown. */
  unreadable: string[];
}

/** The picture of what was read. */
export const statusView = (facts: Facts, now: number): StatusView => {
  const { blueGreen, unreadable } = facts;
  const { metadata, spec, status } = blueGreen;
  const waitingFor = sentenceOf(blueGreen, now);
  const { active, target, rejected, step, release, checks, history = [] } = { ...status };
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    health: healthOf(blueGreen),
    ...(waitingFor === undefined ? {} : { waitingFor }),
    ...(active === undefined ? {} : { active }),
    ...(target === undefined ? {} : { target }),
    paused: spec.paused,
    ...(spec.decision === undefined ? {} : { decision: spec.decision }),
    ...(rejected === undefined ? {} : { rejected }),
    replicas: spec.replicas,
    ...(step === undefined ? {} : { step }),
    steps: { ...release?.steps },
    slots: SLOTS.map((slot) => slotLine(facts, slot)),
    ...(checks === undefined ? {} : { checks }),
    history,
    unreadable,
  };
};

const slotLine = ({ blueGreen, deployments, pods, records }: Facts, slot: Slot): SlotLine => {
  const { metadata, status } = blueGreen;
  const deployment = deployments[slot];
  const revision = status?.slots?.[slot]?.revision;
  const record = records.find((one) => one.metadata?.name === revision);
  const own = pods.filter((pod) => pod.metadata?.labels?.[LABEL_SLOT] === slot);
  return {
    slot,
    part: partOf(status, revision, deployment?.spec?.replicas ?? 0),
    ...(revision === undefined ? {} : { revision }),
    ...(record === undefined ? {} : { number: record.revision }),
    images: (record?.data?.template?.spec?.containers ?? []).map(({ image = '' }) => image),
    copies: record?.data?.copies ?? [],
    deployment: deploymentName(metadata.name ?? '', slot),
    exists: deployment !== undefined,
    replicas: deployment?.spec?.replicas ?? 0,
    ready: deployment?.status?.readyReplicas ?? 0,
    pods: podLines(own, slot),
  };
};

const partOf = (status: BlueGreenStatus | undefined, revision: string | undefined, replicas: number): Part => {
  if (revision !== undefined && revision === status?.active) return 'active';
  if (replicas === 0) return 'empty';
  return revision === status?.target || revision === status?.release?.revision ? 'target' : 'old';
};

const podLines = (pods: readonly V1Pod[], slot: Slot): PodLine[] => {
  const troubles = new Map(troubledPods(pods, slot).map(({ name, trouble }) => [name, trouble]));
  return pods
    .map(({ metadata, status }): PodLine => {
      const name = metadata?.name ?? '';
      const trouble = troubles.get(name);
      return {
        name,
        state: metadata?.deletionTimestamp === undefined ? (trouble === undefined ? 'ready' : 'starting') : 'ending',
        ...(trouble === undefined ? {} : { trouble }),
        restarts: (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
        createdAt: new Date(metadata?.creationTimestamp ?? 0).toISOString(),
      };
    })
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || a.name.localeCompare(b.name));
};
