import { join } from 'node:path';
import type { Instance } from './instance.ts';
import { SYSTEM_PATH } from './machine.ts';
import type { Addresses } from './network.ts';
import { NODE_NAME, POD_CIDR, SERVICE_CIDR, type ConfigFiles } from './node-config.ts';
import type { Part } from './part.ts';
import type { Pki } from '../control-plane/pki.ts';

/** What the programs of a node are started with. */
export interface PartsOptions {
  instance: Instance;
  addresses: Addresses;
  pki: Pki;
  config: ConfigFiles;
  /** Where a tool's program is. */
  tool: (name: string) => string;
  /** Folder of the tools, which containerd looks for its shim in. */
  toolDir: string;
}

const ETCD = 'http://127.0.0.1:2379';

const apiServer = ({ addresses, pki, tool }: PartsOptions): Part => ({
  name: 'kube-apiserver',
  command: [
    tool('kube-apiserver'),
    `--etcd-servers=${ETCD}`,
    `--advertise-address=${addresses.node}`,
    '--secure-port=6443',
    `--service-cluster-ip-range=${SERVICE_CIDR}`,
    `--client-ca-file=${pki.cert('ca')}`,
    `--tls-cert-file=${pki.cert('apiserver')}`,
    `--tls-private-key-file=${pki.key('apiserver')}`,
    `--kubelet-client-certificate=${pki.cert('admin')}`,
    `--kubelet-client-key=${pki.key('admin')}`,
    `--kubelet-certificate-authority=${pki.cert('ca')}`,
    // There is no DNS for the node's name.
    '--kubelet-preferred-address-types=InternalIP',
    `--service-account-key-file=${pki.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${pki.key('service-account')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    `--requestheader-client-ca-file=${pki.cert('ca')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${pki.cert('front-proxy')}`,
    `--proxy-client-key-file=${pki.key('front-proxy')}`,
    // The API server reaches metrics-server's pod itself; no kube-proxy rule has to be in place for it.
    '--enable-aggregator-routing=true',
  ],
  needs: ['etcd'],
  ready: { kind: 'api', path: '/readyz' },
});

const controllerManager = ({ pki, tool }: PartsOptions): Part => {
  const kubeconfig = pki.kubeconfig('controller-manager');
  return {
    name: 'kube-controller-manager',
    command: [
      tool('kube-controller-manager'),
      `--kubeconfig=${kubeconfig}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      '--use-service-account-credentials=true',
      `--root-ca-file=${pki.cert('ca')}`,
      `--service-account-private-key-file=${pki.key('service-account')}`,
      `--cluster-signing-cert-file=${pki.cert('ca')}`,
      `--cluster-signing-key-file=${pki.key('ca')}`,
      `--cluster-cidr=${POD_CIDR}`,
      `--service-cluster-ip-range=${SERVICE_CIDR}`,
      '--leader-elect=false',
    ],
    needs: ['kube-apiserver'],
    ready: { kind: 'tcp', port: 10257 },
  };
};

const scheduler = ({ pki, tool }: PartsOptions): Part => {
  const kubeconfig = pki.kubeconfig('scheduler');
  return {
    name: 'kube-scheduler',
    command: [
      tool('kube-scheduler'),
      `--kubeconfig=${kubeconfig}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
    ],
    needs: ['kube-apiserver'],
    ready: { kind: 'tcp', port: 10259 },
  };
};

/** Every program of a whole node, in the order that a person would name them. */
export const parts = (options: PartsOptions): Part[] => {
  const { instance, addresses, pki, config, tool, toolDir } = options;
  return [
    {
      name: 'etcd',
      command: [
        tool('etcd'),
        `--data-dir=${join(instance.stateDir, 'etcd')}`,
        `--listen-client-urls=${ETCD}`,
        `--advertise-client-urls=${ETCD}`,
        '--listen-peer-urls=http://127.0.0.1:2380',
        // A power cut may cost this cluster its data, and syncing would cost every write some milliseconds.
        '--unsafe-no-fsync',
        '--log-level=warn',
      ],
      needs: [],
      ready: { kind: 'tcp', port: 2379 },
    },
    apiServer(options),
    controllerManager(options),
    scheduler(options),
    {
      name: 'containerd',
      command: [tool('containerd'), '--config', config.containerd],
      env: { PATH: `${toolDir}:${SYSTEM_PATH}` },
      needs: [],
      ready: { kind: 'socket', path: config.containerdSocket },
    },
    {
      name: 'kubelet',
      command: [
        tool('kubelet'),
        `--config=${config.kubelet}`,
        `--kubeconfig=${pki.kubeconfig('kubelet')}`,
        `--root-dir=${join(instance.stateDir, 'kubelet')}`,
        `--hostname-override=${NODE_NAME}`,
        `--node-ip=${addresses.node}`,
      ],
      needs: ['containerd', 'kube-apiserver'],
      ready: { kind: 'node', name: NODE_NAME },
    },
    {
      name: 'kube-proxy',
      command: [tool('kube-proxy'), `--config=${config.kubeProxy}`],
      needs: ['kube-apiserver'],
      ready: { kind: 'tcp', port: 10256 },
    },
  ];
};
