import type { V1Pod } from '@kubernetes/client-node';

/** What the load Pod shall do. */
export interface LoadPodOptions {
  namespace: string;
  name: string;
  image: string;
  url: string;
  rates: { keepAlive: number; fresh: number };
  connections: number;
  /** The pod ends by itself after this long, whatever becomes of who started it. */
  durationSeconds: number;
}

/** Marks every load Pod. */
export const LOAD_LABELS = { 'app.kubernetes.io/name': 'relevo-load' };

/** The Pod that runs the load generator inside the cluster's network; it keeps to the restricted Pod Security Standard. */
export const loadPod = (options: LoadPodOptions): V1Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: options.name, namespace: options.namespace, labels: LOAD_LABELS },
  spec: {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 15,
    activeDeadlineSeconds: options.durationSeconds + 60,
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'load',
        image: options.image,
        imagePullPolicy: 'IfNotPresent',
        args: [
          `--url=${options.url}`,
          `--rate-keep-alive=${options.rates.keepAlive}`,
          `--rate-fresh=${options.rates.fresh}`,
          `--connections=${options.connections}`,
          `--duration-seconds=${options.durationSeconds}`,
        ],
        resources: { requests: { cpu: '100m', memory: '64Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  },
});
