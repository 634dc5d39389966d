import type { V1Pod } from '@kubernetes/client-node';
import { LABEL_REVISION } from '../../../api/names.ts';
import type { Cause, Evidence } from '../evidence.ts';
import { stalledReason, target } from '../evidence.ts';
import type { Finding } from '../finding.ts';
import { crash } from '../pods/crash.ts';
import { creating } from '../pods/creating.ts';
import { image } from '../pods/image.ts';
import { missingReference } from '../pods/missing-reference.ts';
import { notReady } from '../pods/not-ready.ts';
import type { PodCause, PodFinding } from '../pods/pod-cause.ts';
import { podEvidence } from '../pods/pod-evidence.ts';
import { unscheduled } from '../pods/unscheduled.ts';

/** The nearest cause first. */
const CAUSES: readonly PodCause[] = [unscheduled, image, missingReference, crash, notReady, creating];

/** Pods that should be ready and are not. */
export const pods: Cause = (evidence) => {
  const groups = new Map<string, { finding: PodFinding; names: string[] }>();
  for (const pod of evidence.pods.filter((one) => isWanted(evidence, one) && !isReady(one))) {
    const found = CAUSES.map((cause) => cause(podEvidence(pod, evidence.events), evidence.now)).find(
      (one) => one !== undefined,
    );
    if (found === undefined) continue;
    const key = `${found.cause} ${found.key}`;
    const group = groups.get(key) ?? { finding: found, names: [] };
    group.names.push(pod.metadata?.name ?? '');
    groups.set(key, group);
  }
  return [...groups.values()].map(({ finding, names }) => findingOf(evidence, finding, names));
};

/** Pods of what serves and of what is on its way; those of an old slot may end as they like. */
const isWanted = ({ blueGreen: { status } }: Evidence, { metadata }: V1Pod): boolean => {
  const revision = metadata?.labels?.[LABEL_REVISION];
  const wanted = [status?.active, status?.target, status?.release?.revision];
  return metadata?.deletionTimestamp === undefined && revision !== undefined && wanted.includes(revision);
};

const isReady = ({ status }: V1Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

const findingOf = (evidence: Evidence, finding: PodFinding, names: readonly string[]): Finding => {
  const { status } = evidence.blueGreen;
  const [first = '', ...more] = names;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const isMoving = finding.isMoving === true && stalledReason(evidence) === undefined;
  const canAbort = status?.release !== undefined && status.active !== undefined && !isMoving;
  return {
    cause: finding.cause,
    bearing: isMoving ? 'moving' : 'stuck',
    what: `Pod ${first}${others}: ${finding.what}`,
    seen: finding.seen.filter((line) => line !== ''),
    next: [
      ...finding.next,
      ...(canAbort ? [`Or stay with ${status.active}: kubectl relevo abort ${target(evidence)}`] : []),
    ],
  };
};
