import type { PodCause } from './pod-cause.ts';

/** No node takes the pod. */
export const unscheduled: PodCause = ({ pod, namespace, name }) => {
  const found = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (found === undefined) {
    if (pod.spec?.nodeName !== undefined || pod.status?.phase !== 'Pending') return undefined;
    return {
      cause: 'NotScheduled',
      key: 'scheduler',
      what: 'no scheduler has looked at it',
      seen: [],
      next: ['Look whether kube-scheduler runs, and whether spec.schedulerName names one that exists'],
    };
  }
  const message = found.message ?? found.reason ?? '';
  return {
    cause: 'Unschedulable',
    key: message,
    what: 'no node takes it',
    seen: [message],
    next: [
      ...(/Insufficient/u.test(message)
        ? [
            'Let the containers request less, or add a node. A release needs room for both slots; spec.preview.replicas needs less of it',
          ]
        : []),
      ...(/affinity|selector/u.test(message) ? ['Mend nodeSelector or affinity in the template, or label a node'] : []),
      ...(/taint/u.test(message) ? ['Add a toleration to the template, or take the taint from a node'] : []),
      ...(/[Vv]olume/u.test(message) ? ['Look at its volume claims: kubectl get pvc -n ' + namespace] : []),
      `See the whole of it: kubectl describe pod ${name} -n ${namespace}`,
    ],
  };
};
