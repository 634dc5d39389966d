import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../process/errno.ts';
import type { Instance } from './instance.ts';
import type { Addresses } from './network.ts';
import type { Part, PartState } from './part.ts';

/** All that the first program inside the namespaces needs to know. */
export interface MachineConfig {
  instance: Instance;
  addresses: Addresses;
  parts: Part[];
}

/** What the node says of itself while it runs. */
export interface MachineState {
  bootedAt: string;
  parts: PartState[];
}

/** Where the configuration is read from at boot. */
export const machineConfigPath = (instance: Instance): string => join(instance.runDir, 'machine.json');

/** Where the node says how its parts are. */
export const machineStatePath = (instance: Instance): string => join(instance.runDir, 'parts.json');

/** The text of a file, or undefined where there is none. */
export const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
};

/**
 * Replaces a file at once: a reader finds the old or the new text. One that has the text already is left alone, because
 * kube-proxy ends whenever its configuration file is written.
 */
export const replaceFile = async (path: string, text: string, mode = 0o644): Promise<void> => {
  if ((await readIfThere(path)) === text) return;
  await writeFile(`${path}.new`, text, { mode });
  await rename(`${path}.new`, path);
};

/** What the node last said of itself; undefined before its first word. */
export const readMachineState = async (instance: Instance): Promise<MachineState | undefined> => {
  const text = await readIfThere(machineStatePath(instance));
  if (text === undefined) return undefined;
  // Written only by machine-init.ts and replaced at once, so the shape is known.
  const state: MachineState = JSON.parse(text);
  return state;
};
