import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { buildFlags, parseToolModules, toolsKey } from './modules.ts';

const goMod = `module example

go 1.26.8

tool (
	github.com/coredns/coredns
	go.etcd.io/etcd/server/v3
	k8s.io/kubernetes/cmd/kubelet
)

require (
	k8s.io/kubernetes v1.36.3 // indirect
)
`;

test('tools are named as go build names them, and etcd by its own name', () => {
  expect(parseToolModules(goMod)).toEqual({
    names: ['coredns', 'etcd', 'kubelet'],
    built: { etcd: 'server' },
    kubernetes: 'v1.36.3',
    go: '1.26.8',
  });
});

test('the linker stamps the version of Kubernetes', () => {
  const flags = buildFlags(parseToolModules(goMod)).join(' ');
  expect(flags).toContain('-X k8s.io/component-base/version.gitVersion=v1.36.3');
  expect(flags).toContain('-X k8s.io/client-go/version.gitMinor=36');
});

test('a go.mod without what is needed is refused with the reason', () => {
  expect(() => parseToolModules('go 1.26.8\n')).toThrow('Expected a block of tool lines in k8s/local/go.mod');
  expect(() => parseToolModules(goMod.replace(/k8s.io\/kubernetes v.*/, ''))).toThrow(
    'requirement of k8s.io/kubernetes',
  );
});

test('the real go.mod holds all that a node takes', async () => {
  const { names } = parseToolModules(await readFile(new URL('../go.mod', import.meta.url), 'utf8'));
  expect(names.toSorted()).toEqual([
    'containerd',
    'containerd-shim-runc-v2',
    'coredns',
    'ctr',
    'etcd',
    'helm',
    'kube-apiserver',
    'kube-controller-manager',
    'kube-proxy',
    'kube-scheduler',
    'kubectl',
    'kubelet',
    'metrics-server',
  ]);
});

test('the key tells inputs apart, also when they only shift', () => {
  expect(toolsKey(['a', 'bc'])).toBe(toolsKey(['a', 'bc']));
  expect(toolsKey(['a', 'bc'])).not.toBe(toolsKey(['ab', 'c']));
});
