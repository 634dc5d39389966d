// The first program inside the node's namespaces (machine.ts starts it): sets them up and keeps the parts running.
import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { run } from '../process/command.ts';
import { machineStatePath, type MachineConfig, type MachineState } from './machine-config.ts';
import { hasLink, setUpNodeLink } from './network.ts';
import type { Part } from './part.ts';
import { makePrivateRoot } from './private-root.ts';
import { makeProbe } from './probe.ts';
import { Supervisor, type Launched } from './supervisor.ts';

const LINK_WAIT_MS = 20_000;

const waitForLink = async (name: string, signal: AbortSignal): Promise<void> => {
  const deadline = performance.now() + LINK_WAIT_MS;
  while (!(await hasLink(name, signal))) {
    if (performance.now() > deadline) {
      throw new Error(`Expected the link ${name} within ${LINK_WAIT_MS / 1000} s, found none`);
    }
    await setTimeout(20, undefined, { signal });
  }
};

const launchInto =
  (logDir: string) =>
  (part: Part): Launched => {
    const log = openSync(join(logDir, `${part.name}.log`), 'a');
    const [program = '', ...args] = part.command;
    const child = spawn(program, args, { env: { ...process.env, ...part.env }, stdio: ['ignore', log, log] });
    closeSync(log);
    const { promise, resolve } = Promise.withResolvers<{ code?: number; signal?: string }>();
    child.once('error', (error) => {
      writeFileSync(join(logDir, `${part.name}.log`), `${String(error)}\n`, { flag: 'a' });
      resolve({ code: 127 });
    });
    child.once('exit', (code, ended) => resolve(ended === null ? { code: code ?? -1 } : { signal: ended }));
    return { pid: child.pid ?? 0, exited: promise };
  };

const main = async (configPath: string, signal: AbortSignal): Promise<void> => {
  // Written by node.ts just before, so the shape is known.
  const config: MachineConfig = JSON.parse(readFileSync(configPath, 'utf8'));
  const { instance, addresses, parts } = config;
  const bootedAt = new Date().toISOString();
  await run('hostname', [instance.name], { signal });
  await makePrivateRoot(instance.stateDir, signal);
  await waitForLink(instance.links.node, signal);
  await setUpNodeLink(instance, addresses, signal);
  const statePath = machineStatePath(instance);
  const supervisor = new Supervisor({
    parts,
    launch: launchInto(instance.logDir),
    probe: makeProbe(instance.kubeconfigPath, signal),
    onChange: (states) => {
      const state: MachineState = { bootedAt, parts: [...states] };
      writeFileSync(`${statePath}.new`, JSON.stringify(state));
      renameSync(`${statePath}.new`, statePath);
    },
    now: Date.now,
    sleep: (ms) => setTimeout(ms, undefined, { signal }),
  });
  await supervisor.run();
};

await main(String(process.argv[2]), new AbortController().signal);
