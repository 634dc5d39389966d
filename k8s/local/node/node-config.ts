import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from './instance.ts';
import { replaceFile } from './machine-config.ts';
import { PAUSE_IMAGE } from '../images/node-images.ts';
import type { Pki } from '../control-plane/pki.ts';

/** Name of the only node. */
export const NODE_NAME = 'relevo';
/** Addresses of pods and Services; every instance has a network namespace of its own, so all use the same. */
export const POD_CIDR = '10.244.0.0/24';
export const SERVICE_CIDR = '10.96.0.0/16';
/** Address of the Service `kubernetes`, which the API server's certificate names. */
export const API_SERVICE_IP = '10.96.0.1';
/** Address of the cluster's DNS. */
export const DNS_IP = '10.96.0.10';

/** Where the programs' configuration was written. */
export interface ConfigFiles {
  containerd: string;
  containerdSocket: string;
  kubelet: string;
  kubeProxy: string;
}

/** Where containerd listens; a path of this machine, so that images can be imported from outside the node. */
export const containerdSocket = (instance: Instance): string => join(instance.runDir, 'containerd.sock');

const containerdToml = (instance: Instance, cniDir: string): string => `version = 3
root = "${instance.stateDir}/containerd"
state = "/run/containerd"
[grpc]
  address = "${containerdSocket(instance)}"
[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "${PAUSE_IMAGE}"
[plugins."io.containerd.cri.v1.runtime"]
  # Root without CAP_SYS_RESOURCE may not lower a process's oom score.
  restrict_oom_score_adj = true
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
  SystemdCgroup = false
[plugins."io.containerd.cri.v1.runtime".cni]
  bin_dirs = ["/usr/lib/cni", "/opt/cni/bin"]
  conf_dir = "${cniDir}"
`;

// ptp and not bridge: a bridge would need the host's br_netfilter module for answers of Services between its pods.
const cniConfig = {
  cniVersion: '1.0.0',
  name: 'relevo',
  plugins: [
    {
      type: 'ptp',
      ipMasq: false,
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: POD_CIDR }]],
        routes: [{ dst: '0.0.0.0/0' }],
        dataDir: '/run/cni',
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
};

const kubeletConfig = (instance: Instance, pki: Pki, resolvConf: string) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: pki.cert('ca') },
  },
  authorization: { mode: 'Webhook' },
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${instance.cgroup}`,
  failCgroupV1: false,
  failSwapOn: false,
  clusterDNS: [DNS_IP],
  clusterDomain: 'cluster.local',
  containerRuntimeEndpoint: `unix://${containerdSocket(instance)}`,
  tlsCertFile: pki.cert('kubelet'),
  tlsPrivateKeyFile: pki.key('kubelet'),
  resolvConf,
  podLogsDir: join(instance.stateDir, 'pod-logs'),
  // There is no registry to pull an image from again, so none is ever thrown away.
  imageGCHighThresholdPercent: 100,
  evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  nodeStatusUpdateFrequency: '5s',
});

const kubeProxyConfig = (pki: Pki) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'nftables',
  clientConnection: { kubeconfig: pki.kubeconfig('kube-proxy') },
  clusterCIDR: POD_CIDR,
  hostnameOverride: NODE_NAME,
  // The size of the connection table is a setting of the whole machine.
  conntrack: { maxPerCore: 0 },
  nftables: { minSyncPeriod: '100ms' },
});

/** Writes the configuration of containerd, CNI, the kubelet and kube-proxy. */
export const writeNodeConfig = async (instance: Instance, pki: Pki): Promise<ConfigFiles> => {
  const dir = join(instance.stateDir, 'config');
  const cniDir = join(dir, 'cni');
  await mkdir(cniDir, { recursive: true });
  const write = async (name: string, content: unknown): Promise<string> => {
    const path = join(dir, name);
    await replaceFile(path, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
    return path;
  };
  await write('cni/10-relevo.conflist', cniConfig);
  // Nothing in the node reaches past this machine, so no name server of the machine is any use to a pod.
  const resolvConf = await write('resolv.conf', 'nameserver 127.0.0.1\n');
  return {
    containerd: await write('containerd.toml', containerdToml(instance, cniDir)),
    containerdSocket: containerdSocket(instance),
    kubelet: await write('kubelet.json', kubeletConfig(instance, pki, resolvConf)),
    kubeProxy: await write('kube-proxy.json', kubeProxyConfig(pki)),
  };
};
