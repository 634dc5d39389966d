import type { V1Lease } from '@kubernetes/client-node';
import { duration } from '../../output/duration.ts';
import { healthOf } from '../../view/health.ts';
import type { Cause, Evidence } from '../evidence.ts';
import { stuck } from '../finding.ts';

/** An operator answers within a second; this long it may be busy, or be chosen. */
const PATIENCE_MS = 10_000;

/** Nobody works on it: no operator leads, or the one that does looks at other namespaces only. */
export const operatorAway: Cause = (evidence) => {
  const { blueGreen, leases, now, unreadable } = evidence;
  const isUnseen = healthOf(blueGreen) === 'Unseen' && now - changedAt(evidence) > PATIENCE_MS;
  const leader = leases.find((lease) => isHeld(lease, now));
  const last = leases.toSorted((a, b) => renewedAt(b) - renewedAt(a))[0];
  const namespace = last?.metadata?.namespace ?? 'relevo';
  if (leader === undefined && !unreadable.includes('leases') && (isUnseen || leases.length > 0)) {
    const what =
      last === undefined
        ? 'No operator works in this cluster: there is no lease relevo-operator'
        : `No operator leads: lease relevo-operator in namespace ${namespace} is not held${lastHeld(last, now)}`;
    return [
      stuck(
        'OperatorNotRunning',
        what,
        [],
        [
          'Look whether it runs: kubectl get pods -A -l app.kubernetes.io/name=relevo-operator',
          `Install it, or bring it back: helm upgrade --install relevo-operator charts/operator -n ${namespace} --create-namespace`,
          'What serves goes on serving meanwhile; nothing is lost',
        ],
      ),
    ];
  }
  if (!isUnseen) return [];
  const who = leader?.spec?.holderIdentity ?? 'unknown, you may not read its lease';
  const where = blueGreen.metadata.namespace;
  return [
    stuck(
      'OperatorNotWatching',
      `The operator (${who}) has not looked at the newest spec: it may watch other namespaces only, or its writes fail`,
      [],
      [
        `See whether it watches ${where}: helm get values relevo-operator -n ${namespace} (watchNamespaces)`,
        `Read what it says: kubectl logs -n ${namespace} -l app.kubernetes.io/name=relevo-operator --tail=100`,
      ],
    ),
  ];
};

/** When the spec was last changed, as far as the object tells. */
const changedAt = ({ blueGreen: { metadata } }: Evidence): number => {
  const times = (metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ time }) => new Date(time ?? 0).getTime());
  return Math.max(new Date(metadata.creationTimestamp ?? 0).getTime(), ...times);
};

const renewedAt = ({ spec }: V1Lease): number => new Date(String(spec?.renewTime ?? 0)).getTime();

const isHeld = ({ spec }: V1Lease, now: number): boolean => {
  const { holderIdentity = '', renewTime, leaseDurationSeconds = 15 } = spec ?? {};
  if (holderIdentity === '' || renewTime === undefined) return false;
  return now - renewedAt({ spec: { renewTime } }) < (leaseDurationSeconds + PATIENCE_MS / 1000) * 1000;
};

const lastHeld = ({ spec }: V1Lease, now: number): string => {
  if (spec?.renewTime === undefined) return '';
  const age = duration(now - new Date(String(spec.renewTime)).getTime());
  return `; it was last renewed ${age} ago${spec.holderIdentity ? ` by ${spec.holderIdentity}` : ''}`;
};
