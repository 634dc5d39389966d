import { afterAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { run } from '../../k8s/local/process/command.ts';
import type { Instance } from '../../k8s/local/node/instance.ts';
import { localInstance, startNode, stopNode } from '../../k8s/local/node/node.ts';

const NAME = 'stop';
const { signal } = new AbortController();
const report = (line: string): void => void process.stderr.write(`${line}\n`);

/** The lines of what a program prints that speak of the node. */
const linesOf = async (instance: Instance, program: string, ...args: string[]): Promise<string[]> => {
  const output = await run(program, args, { signal });
  return output.split('\n').filter((line) => line.includes(instance.id));
};

/** The processes that were started for the node: its id is in a path or name on the command line. */
const processesOf = async ({ id }: Instance): Promise<string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(id)).map((line) => line.replaceAll('\0', ' '));
};

/** Everything on this machine that belongs to the node, apart from its state folder. */
const traces = async (instance: Instance): Promise<Record<string, number>> => ({
  processes: (await processesOf(instance)).length,
  links: (await linesOf(instance, 'ip', 'link')).length,
  cgroups: (await linesOf(instance, 'find', '/sys/fs/cgroup', '-type', 'd')).length,
  mounts: (await linesOf(instance, 'mount')).length,
  namespaces: (await linesOf(instance, 'ip', 'netns')).length,
});

describe('npm stop', () => {
  const instance = localInstance(NAME);

  afterAll(async () => {
    await stopNode({ name: NAME, report, signal, delete: true });
  });

  test('leaves no process, link, cgroup, mount or namespace, and keeps the state until it is to be deleted', async () => {
    await startNode({ name: NAME, report, signal });
    const before = await traces(instance);
    expect(before['processes']).toBeGreaterThan(5);
    expect(before['links']).toBe(1);
    expect(before['cgroups']).toBeGreaterThan(1);

    await stopNode({ name: NAME, report, signal });
    expect(await traces(instance)).toEqual({ processes: 0, links: 0, cgroups: 0, mounts: 0, namespaces: 0 });
    expect(existsSync(instance.stateDir)).toBe(true);

    await stopNode({ name: NAME, report, signal, delete: true });
    expect(existsSync(instance.stateDir)).toBe(false);
  });
});
