import type { Cause } from '../evidence.ts';
import { sentence, stalledReason } from '../evidence.ts';
import { stuck } from '../finding.ts';

/** A ConfigMap, or a Secret that is part of the release, does not exist. */
export const missingConfig: Cause = (evidence) => {
  const reason = stalledReason(evidence);
  const { namespace } = evidence.blueGreen.metadata;
  if (reason === 'SecretsNotAllowed') {
    return [
      stuck(
        'SecretsNotAllowed',
        `The operator may not read Secrets: ${sentence(evidence)}`,
        [],
        [
          'Allow it: helm upgrade relevo-operator charts/operator --reuse-values --set secrets.access=true',
          'Or leave Secrets out of the release: spec.config.secrets: Follow',
        ],
      ),
    ];
  }
  if (reason !== 'ConfigMapMissing' && reason !== 'SecretMissing') return [];
  const kind = reason === 'SecretMissing' ? 'Secret' : 'ConfigMap';
  return [
    stuck(
      `Missing${kind}`,
      sentence(evidence),
      [],
      [
        `Make it; the release goes on by itself: kubectl get ${kind.toLowerCase()}s -n ${namespace} shows what there is`,
        'Or mark the reference as optional: true, or leave it out of the template',
      ],
    ),
  ];
};
