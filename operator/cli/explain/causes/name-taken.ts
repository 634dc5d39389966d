import { SLOTS, deploymentName } from '../../../api/names.ts';
import type { Cause } from '../evidence.ts';
import { sentence, stalledReason } from '../evidence.ts';
import { stuck } from '../finding.ts';

/** A Deployment of somebody else has the name of a slot. */
export const nameTaken: Cause = (evidence) => {
  if (stalledReason(evidence) !== 'NameTaken') return [];
  const { blueGreen, deployments } = evidence;
  const { name = '', namespace, uid } = blueGreen.metadata;
  const slot = SLOTS.find(
    (one) =>
      deployments[one]?.metadata?.ownerReferences?.every((owner) => owner.uid !== uid) ??
      deployments[one] !== undefined,
  );
  const deployment = slot === undefined ? undefined : deploymentName(name, slot);
  const what =
    deployment === undefined
      ? sentence(evidence)
      : `Deployment ${deployment} has the name of slot ${slot} and belongs to ${ownerOf(evidence, slot)}`;
  return [
    stuck(
      'NameTaken',
      what,
      [],
      [
        `See whose it is: kubectl get deployment ${deployment ?? ''} -n ${namespace} -o yaml`,
        'Delete it or make it under another name, or call the BlueGreen otherwise; the operator touches nothing that is not its own',
      ],
    ),
  ];
};

const ownerOf = ({ deployments }: Parameters<Cause>[0], slot: (typeof SLOTS)[number] | undefined): string => {
  const metadata = slot === undefined ? undefined : deployments[slot]?.metadata;
  const owner = metadata?.ownerReferences?.[0];
  if (owner !== undefined) return `${owner.kind} ${owner.name}`;
  const release = metadata?.annotations?.['meta.helm.sh/release-name'];
  return release === undefined ? 'somebody else' : `Helm release ${release}`;
};
