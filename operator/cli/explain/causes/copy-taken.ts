import type { Cause } from '../evidence.ts';
import { sentence } from '../evidence.ts';
import { stuck } from '../finding.ts';

/** How the operator says that a copy's name is taken. */
export const NAMED_COPY = /Expected (?:ConfigMap|Secret) [^/ ]+\/(?<name>\S+) to be absent or an immutable copy/u;

/** Somebody else's ConfigMap has the name of a config copy. */
export const copyTaken: Cause = (evidence) => {
  const name = NAMED_COPY.exec(sentence(evidence))?.groups?.['name'];
  if (name === undefined) return [];
  const { namespace } = evidence.blueGreen.metadata;
  const seen =
    evidence.inTheWay === undefined
      ? []
      : [`${name} is ${evidence.inTheWay.immutable === true ? 'immutable, with other content' : 'not immutable'}`];
  return [
    stuck('CopyNameTaken', `ConfigMap ${name} has the name of a config copy and is none`, seen, [
      `Look what uses it, then delete it: kubectl delete configmap ${name} -n ${namespace}`,
      'The operator makes the copy by itself then',
    ]),
  ];
};
