import type { V1ContainerStatus } from '@kubernetes/client-node';
import { lastWords } from '../../../controllers/pod-trouble.ts';
import type { PodCause } from './pod-cause.ts';
import { eventLike, saying } from './pod-evidence.ts';

/** Names in a container's last words that point at its configuration. */
const ABOUT_CONFIG = /config|environment|env var|setting|expected \S+ to be/iu;

/** A container ends again and again, or cannot even be started. */
export const crash: PodCause = (evidence) => {
  const { name, namespace } = evidence;
  const found = evidence.containers.find((one) => endOf(one) !== undefined && !one.ready);
  const end = found && endOf(found);
  if (found === undefined || end === undefined) return undefined;
  const { exitCode, reason } = end;
  const words = lastWords(end.message)?.trim();
  const said = words === undefined ? [] : [words];
  const log = `Read its log: kubectl logs ${name} -n ${namespace} -c ${found.name} --previous`;
  if (reason === 'OOMKilled') {
    return {
      cause: 'OutOfMemory',
      key: `${found.name} memory`,
      what: `container ${found.name} is killed because it uses more memory than its limit (OOMKilled, exit code ${exitCode})`,
      seen: said,
      next: ['Raise resources.limits.memory of the container, or let it use less', log],
    };
  }
  if (reason === 'StartError' || reason === 'ContainerCannotRun' || exitCode === 127) {
    return {
      cause: 'CannotRun',
      key: `${found.name} start`,
      what: `container ${found.name} cannot be started (${reason ?? 'exit code 127'})`,
      seen: [...said, ...saying(eventLike(evidence, /^(?:Failed|BackOff): .*start/su))].slice(0, 1),
      next: ['Check command and args of the container: does the program exist in the image?', log],
    };
  }
  const killed = eventLike(evidence, /^Unhealthy: Liveness probe failed/u);
  if (killed !== undefined && exitCode !== 1) {
    return {
      cause: 'FailingLivenessProbe',
      key: `${found.name} liveness`,
      what: `container ${found.name} is restarted because its liveness probe fails`,
      seen: saying(killed),
      next: ['Give it a startupProbe if it is slow to start, or mend what the probe asks', log],
    };
  }
  const isConfig = words !== undefined && ABOUT_CONFIG.test(words);
  return {
    cause: isConfig ? 'CrashByConfig' : 'Crash',
    key: `${found.name} crash`,
    what: `container ${found.name} ends with exit code ${exitCode} again and again${isConfig ? ', and says that its configuration is wrong' : ''}`,
    seen: said,
    next: [
      log,
      ...(isConfig ? ['Mend the ConfigMap, Secret or variable that it names: that makes a new release by itself'] : []),
    ],
  };
};

const endOf = ({ state, lastState }: V1ContainerStatus) => {
  const isBack = state?.waiting?.reason === 'CrashLoopBackOff' || state?.running !== undefined;
  const end =
    state?.terminated ?? (isBack || state?.waiting?.reason === 'RunContainerError' ? lastState?.terminated : undefined);
  // An init container that has done its work is no crash.
  return end?.exitCode === 0 && state?.terminated !== undefined ? undefined : end;
};
