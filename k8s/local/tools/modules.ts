import { createHash } from 'node:crypto';

/** What go.mod says about the tools. */
export interface ToolModules {
  /** The tools' file names, for example `kubelet`. */
  names: string[];
  /** Version of Kubernetes, for example `v1.36.3`. */
  kubernetes: string;
  /** Go version that the modules ask for, for example `1.26.8`. */
  go: string;
  /** The file that `go build` makes of a tool, where that is another one than the tool's name. */
  built: Readonly<Record<string, string>>;
}

/** go.mod does not say what is needed. */
export class ToolModulesError extends Error {
  readonly code = 'TOOL_MODULES_INVALID';
  override readonly name = 'ToolModulesError';
}

const one = (text: string, pattern: RegExp, what: string): string => {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new ToolModulesError(`Expected ${what} in k8s/local/go.mod, found none`);
  return found;
};

/** Reads the tools and versions from the text of go.mod. */
export const parseToolModules = (goMod: string): ToolModules => {
  const block = one(goMod, /^tool \(\n([^)]*)\)/m, 'a block of tool lines');
  const names: string[] = [];
  const built: Record<string, string> = {};
  for (const path of block.split('\n').map((line) => line.trim())) {
    if (path === '') continue;
    // As `go build` names a program: the last element of its path, a major version's suffix not counting.
    const file = one(path, /([^/]+?)(?:\/v\d+)?$/, 'a package path as tool');
    // etcd's module calls its main package "server".
    const name = path.startsWith('go.etcd.io/etcd/server') ? 'etcd' : file;
    names.push(name);
    if (name !== file) built[name] = file;
  }
  return {
    names,
    built,
    kubernetes: one(goMod, /^\s+k8s\.io\/kubernetes (v\S+)/m, 'a requirement of k8s.io/kubernetes'),
    go: one(goMod, /^go (\S+)$/m, 'a go line'),
  };
};

/** The flags of `go build` and `go list`. No version is stamped into Kubernetes' programs unless the linker is told. */
export const buildFlags = ({ kubernetes }: ToolModules): string[] => {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(kubernetes) ?? [];
  if (major === undefined || minor === undefined) {
    throw new ToolModulesError(`Expected a version such as v1.36.3 of k8s.io/kubernetes, found ${kubernetes}`);
  }
  const versions = ['component-base', 'client-go'].flatMap((module) =>
    Object.entries({ gitVersion: kubernetes, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' }).map(
      ([name, value]) => `-X k8s.io/${module}/version.${name}=${value}`,
    ),
  );
  // The tags leave out containerd's snapshotters that need C libraries.
  return ['-trimpath', '-tags=no_btrfs no_zfs no_devmapper', `-ldflags=-s -w ${versions.join(' ')}`];
};

/** The name of the folder that holds what is built from exactly these inputs. */
export const toolsKey = (inputs: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input.length}:${input}`);
  return hash.digest('hex').slice(0, 12);
};
