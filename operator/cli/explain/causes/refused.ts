import type { Cause } from '../evidence.ts';
import { sentence, stalledReason, target } from '../evidence.ts';
import { stuck } from '../finding.ts';
import type { Finding } from '../finding.ts';

/** How a refusal is told from the others, and what helps against it. */
interface Refusal {
  cause: string;
  pattern: RegExp;
  what: (message: string) => string;
  next: (namespace: string) => string[];
}

/** The nearest first: the words of the API server's admission say which it is. */
const REFUSALS: readonly Refusal[] = [
  {
    cause: 'QuotaExceeded',
    pattern: /exceeded quota: ([^,]+)|must specify .* for quota|failed quota: ([^:]+)/u,
    what: (message) => `A quota does not allow the pods: ${message}`,
    next: (namespace) => [
      `See what is used: kubectl describe resourcequota -n ${namespace}`,
      'During a release both slots run side by side: allow for twice the pods, or prepare a smaller preview (spec.preview.replicas)',
    ],
  },
  {
    cause: 'PodSecurity',
    pattern: /violates PodSecurity/u,
    what: (message) => `Pod Security does not allow the pods: ${message}`,
    next: (namespace) => [
      'Mend the securityContext that the message names',
      `Or change the level of the namespace: kubectl label namespace ${namespace} pod-security.kubernetes.io/enforce=…`,
    ],
  },
  {
    cause: 'OperatorNotAllowed',
    pattern: /User "system:serviceaccount:[^"]*" cannot/u,
    what: (message) => `The operator lacks a permission: ${message}`,
    next: () => [
      'Upgrade its chart, which grants what it uses: helm upgrade relevo-operator charts/operator --reuse-values',
      'In namespaced mode the namespace must be in the chart value watchNamespaces',
    ],
  },
  {
    cause: 'AdmissionDenied',
    pattern: /admission webhook "[^"]+" denied|ValidatingAdmissionPolicy/u,
    what: (message) => `An admission policy of the cluster refuses it: ${message}`,
    next: () => ['Mend what the message names, or ask whoever owns the policy'],
  },
];

/** The API server does not take what the operator writes, or what the Deployment controller makes of it. */
export const refused: Cause = (evidence) => {
  const namespace = evidence.blueGreen.metadata.namespace ?? '';
  const isInvalid = stalledReason(evidence) === 'InvalidTemplate';
  for (const message of messages(evidence)) {
    const known = REFUSALS.find(({ pattern }) => pattern.test(message));
    if (known !== undefined) {
      return [stuck(known.cause, known.what(readable(message)), [], [...known.next(namespace), ...wayOut(evidence)])];
    }
  }
  return isInvalid ? [invalidTemplate(evidence)] : obstacle(evidence);
};

/** Where refusals are said: by the operator, and by the Deployment and ReplicaSet controllers. */
const messages = (evidence: Parameters<Cause>[0]): string[] => {
  const failures = Object.values(evidence.deployments).flatMap(({ status }) =>
    (status?.conditions ?? [])
      .filter(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True')
      .map(({ message = '' }) => message),
  );
  return [...failures, sentence(evidence)];
};

/** Only what was refused and why: `pods "users-green-…" is forbidden: exceeded quota: …`. */
const readable = (message: string): string =>
  message.replace(/^.*?((?:pods|deployments\.apps|\S+) "[^"]*" is (?:forbidden|invalid))/u, '$1');

const invalidTemplate = (evidence: Parameters<Cause>[0]): Finding =>
  stuck(
    'InvalidTemplate',
    `The API server refuses the pod template: ${sentence(evidence).replace(/^the API server refuses the template of \S+: /u, '')}`,
    [],
    [
      'Mend spec.template where the message says; kubectl explain deployment.spec.template.spec tells what may stand there',
      'Nothing was changed: what serves goes on serving',
      ...wayOut(evidence),
    ],
  );

const obstacle = (evidence: Parameters<Cause>[0]): Finding[] => {
  const found = /^an obstacle to be removed \((?<action>\w+)\): (?<reason>.*)$/su.exec(sentence(evidence))?.groups;
  if (found === undefined || /to be absent or an immutable copy/u.test(found['reason'] ?? '')) return [];
  return [
    stuck(
      'ActionRefused',
      `The API server refuses what the operator writes (${found['action']}): ${found['reason']}`,
      [],
      ['Mend what the message names; the operator tries again by itself'],
    ),
  ];
};

const wayOut = (evidence: Parameters<Cause>[0]): string[] => {
  const { release, active } = evidence.blueGreen.status ?? {};
  return release === undefined || active === undefined
    ? []
    : [`Or give this release up: kubectl relevo abort ${target(evidence)}`];
};
