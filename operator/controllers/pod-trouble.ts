import type { V1ContainerState, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Slot } from '../api/names.ts';
import type { PodView } from '../plan/types.ts';

/** Messages of the kubelet and the scheduler can be whole pages. */
const MAX_MESSAGE_LENGTH = 200;

/** The pods that are not ready, each with what keeps it. */
export const troubledPods = (pods: readonly V1Pod[], slot: Slot): PodView[] =>
  pods
    .filter((pod) => pod.metadata?.deletionTimestamp === undefined && !isReady(pod))
    .map((pod) => ({ name: pod.metadata?.name ?? '', slot, trouble: troubleOf(pod) }));

const isReady = ({ status }: V1Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

/** One clause that says why a pod is not ready, the nearest cause first. */
const troubleOf = (pod: V1Pod): string => {
  const { status } = pod;
  const init = (status?.initContainerStatuses ?? []).map((one) => containerTrouble(one, 'init container'));
  const own = (status?.containerStatuses ?? []).map((one) => containerTrouble(one, 'container'));
  const worst = [...init, ...own].filter((one) => one !== undefined).toSorted((a, b) => b.weight - a.weight)[0];
  if (worst !== undefined && worst.weight > 0) return worst.clause;
  const unscheduled = status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  if (unscheduled !== undefined) {
    return `it cannot be scheduled${detail(unscheduled.message ?? unscheduled.reason)}`;
  }
  if (status?.reason !== undefined) return `${status.reason}${detail(status.message)}`;
  if (worst !== undefined) return `${worst.clause}${unprepared(pod)}`;
  return 'it has not been started';
};

/** The kubelet says only in events what keeps a volume; but it says that it has not come as far as the containers. */
const unprepared = ({ spec, status }: V1Pod): string => {
  const isPrepared = status?.conditions?.find(({ type }) => type === 'PodReadyToStartContainers')?.status;
  if (isPrepared !== 'False') return '';
  const secrets = (spec?.volumes ?? [])
    .filter(({ secret }) => secret !== undefined && secret.optional !== true)
    .map(({ secret }) => `Secret ${secret?.secretName}`);
  const mounts = secrets.length === 0 ? '' : ` (it mounts ${secrets.join(', ')})`;
  return `; its volumes or its network are not ready${mounts}`;
};

interface Trouble {
  clause: string;
  /** 2: it fails; 1: it runs and is not ready; 0: it is on its way. */
  weight: number;
}

/** Reasons that every container goes through. */
const ON_THE_WAY = new Set(['ContainerCreating', 'PodInitializing']);

const containerTrouble = (container: V1ContainerStatus, kind: string): Trouble | undefined => {
  const { name, state, lastState, ready, started } = container;
  const who = `${kind} ${name}`;
  if (state?.waiting !== undefined) {
    const { reason = 'waiting', message } = state.waiting;
    if (ON_THE_WAY.has(reason)) return { clause: `${who} is being created`, weight: 0 };
    return { clause: `${who} is in ${reason}${exit(lastState) ?? detail(message)}`, weight: 2 };
  }
  if (state?.terminated !== undefined) {
    if (state.terminated.exitCode === 0 && kind === 'init container') return undefined;
    return { clause: `${who} has ended${exit(state) ?? ''}`, weight: 2 };
  }
  if (kind === 'init container') return started === true ? undefined : { clause: `${who} is running`, weight: 1 };
  return ready
    ? undefined
    : { clause: `${who} runs but is not ready${exit(lastState, 'restarted after ') ?? ''}`, weight: 1 };
};

const exit = (state: V1ContainerState | undefined, before = ''): string | undefined => {
  const ended = state?.terminated;
  if (ended === undefined) return undefined;
  const reason = ended.reason === undefined || ended.reason === 'Error' ? '' : `, ${ended.reason}`;
  return ` (${before}exit code ${ended.exitCode}${reason})${detail(lastWords(ended.message))}`;
};

/** The last line of a termination message that is meant for people: a JSON log line is not. */
export const lastWords = (message = ''): string | undefined => {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  return lines.findLast((line) => !line.trimStart().startsWith('{')) ?? lines.at(-1);
};

const detail = (message: string | undefined): string => {
  if (message === undefined || message === '') return '';
  const line = message.replace(/\s+/gu, ' ').trim();
  return `: ${line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : line}`;
};
