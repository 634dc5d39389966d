import type { PodCause } from './pod-cause.ts';
import { eventLike, saying } from './pod-evidence.ts';

/** How the kubelet says that a Secret or ConfigMap, or a key of it, is not there. */
const NO_OBJECT = /(?<kind>secret|configmap) "(?<name>[^"]+)" not found/iu;
const NO_KEY = /couldn't find key (?<key>\S+) in (?<kind>Secret|ConfigMap) (?:[^/\s]+\/)?(?<name>\S+)/iu;
const NO_FILE = /(?:references non-existent (?:\w+ )?key: (?<key>\S+))/iu;

/** A Secret, a ConfigMap or a key of one does not exist, so that the container cannot be made. */
export const missingReference: PodCause = (evidence) => {
  const waiting = evidence.containers.find(({ state }) => state?.waiting?.reason === 'CreateContainerConfigError');
  const mount = eventLike(evidence, /^FailedMount: .*(?:not found|non-existent)/su);
  const message = waiting?.state?.waiting?.message ?? mount?.message;
  if (message === undefined) return undefined;
  const key = NO_KEY.exec(message)?.groups;
  const object = NO_OBJECT.exec(message)?.groups;
  const file = NO_FILE.exec(message)?.groups?.['key'];
  const [kind, name] = [kindOf(key?.['kind'] ?? object?.['kind']), key?.['name'] ?? object?.['name']];
  const missing = key?.['key'] ?? file;
  const who = waiting === undefined ? 'a volume' : `container ${waiting.name}`;
  const where = kind === undefined ? 'a volume' : `${kind} ${name}`;
  const what = missing === undefined ? `${where} does not exist` : `${where} has no key ${missing}`;
  return {
    cause: missing === undefined ? `Missing${kind ?? 'Reference'}` : 'MissingKey',
    key: message,
    what: `${what}, and ${who} needs it`,
    seen: waiting === undefined ? saying(mount) : [message],
    next: [
      missing === undefined
        ? `Make it in namespace ${evidence.namespace}; the pod goes on by itself`
        : kind === 'ConfigMap'
          ? 'Add the key to the ConfigMap that was copied (a config copy is immutable): that makes a new release by itself'
          : 'Add the key; the pod goes on by itself',
      'Or mark the reference as optional: true',
    ],
  };
};

const kindOf = (text: string | undefined): 'Secret' | 'ConfigMap' | undefined => {
  if (text === undefined) return undefined;
  return text.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
};
