import type { Cause } from '../evidence.ts';
import { sentence, stalledReason, target } from '../evidence.ts';
import { stuck } from '../finding.ts';

/** The switch is not confirmed, or traffic cannot be moved without pointing it at nothing. */
export const traffic: Cause = (evidence) => {
  const reason = stalledReason(evidence);
  const { spec, metadata } = evidence.blueGreen;
  const { active } = spec.services;
  if (reason === 'NothingWhole' || reason === 'ActiveNotReady') {
    return [
      stuck(
        reason,
        sentence(evidence),
        [],
        [
          `Bring pods back first: kubectl relevo status ${target(evidence)} shows what keeps them`,
          'Or release something that works: the operator moves traffic as soon as there is a slot whose pods are all ready',
        ],
      ),
    ];
  }
  if (!sentence(evidence).startsWith('the EndpointSlices of Service')) return [];
  return [
    stuck(
      'SwitchNotConfirmed',
      `Service ${active} selects the new release, and its EndpointSlices do not list its pods alone yet`,
      [],
      [
        `See what they list: kubectl get endpointslices -n ${metadata.namespace} -l kubernetes.io/service-name=${active} -o yaml`,
        'A named targetPort must be the name of a container port; the EndpointSlice controller must run (kube-controller-manager)',
      ],
    ),
  ];
};
