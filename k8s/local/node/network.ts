import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/command.ts';
import { hasErrno } from '../process/errno.ts';
import type { Instance } from './instance.ts';
import { withLock } from '../process/lock.ts';

/** No block of addresses is free. */
export class NetworkError extends Error {
  readonly code = 'NO_FREE_NETWORK';
  override readonly name = 'NetworkError';
}

/** The two ends' addresses in a block of four. */
export interface Addresses {
  host: string;
  node: string;
}

const PREFIX_LENGTH = 30;
/** Small corners of the private ranges (RFC 1918) that are seldom used; each has 64 blocks. */
const RANGES = ['172.31.250', '10.213.250', '192.168.213'] as const;

/** All addresses that local nodes can have. */
export const NODE_RANGES: readonly string[] = RANGES.map((range) => `${range}.0/24`);

interface Network {
  address: number;
  bits: number;
}

const toNumber = (address: string): number => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

const parseNetwork = (text: string): Network => {
  const [address = '', bits = '32'] = text.split('/');
  return { address: toNumber(address), bits: Number(bits) };
};

const overlap = (a: Network, b: Network): boolean => {
  const size = 2 ** (32 - Math.min(a.bits, b.bits));
  return Math.floor(a.address / size) === Math.floor(b.address / size);
};

const addresses = (range: string, block: number): Addresses => ({
  host: `${range}.${block * 4 + 1}`,
  node: `${range}.${block * 4 + 2}`,
});

/** The first block that meets none of the networks in use (`a.b.c.d/bits`); the one used before is tried first. */
export const freeAddresses = (inUse: readonly string[], before?: Addresses): Addresses | undefined => {
  const taken = inUse.map(parseNetwork);
  const candidates = RANGES.flatMap((range) => Array.from({ length: 64 }, (_, block) => addresses(range, block)));
  return [...(before === undefined ? [] : [before]), ...candidates].find(
    ({ host }) => !taken.some((network) => overlap(network, { address: toNumber(host), bits: PREFIX_LENGTH })),
  );
};

/** Networks that this machine has an address in or a route to, but for the default routes. */
const networksInUse = async (signal: AbortSignal): Promise<string[]> => {
  const output = await Promise.all([
    run('ip', ['-4', '-o', 'address', 'show'], { signal }),
    run('ip', ['-4', 'route', 'show', 'table', 'all'], { signal }),
  ]);
  return output
    .flatMap((text) => text.split('\n'))
    .filter((line) => !line.startsWith('default'))
    .flatMap((line) => line.match(/\b\d+\.\d+\.\d+\.\d+(\/\d+)?/)?.[0] ?? []);
};

const fileOf = (instance: Instance) => join(instance.stateDir, 'addresses.json');

/** The addresses of the link that was made last. */
export const readAddresses = async (instance: Instance): Promise<Addresses | undefined> => {
  try {
    const found: unknown = JSON.parse(await readFile(fileOf(instance), 'utf8'));
    const valid =
      typeof found === 'object' &&
      found !== null &&
      'host' in found &&
      'node' in found &&
      typeof found.host === 'string' &&
      typeof found.node === 'string';
    return valid ? { host: String(found.host), node: String(found.node) } : undefined;
  } catch (error) {
    // A torn file is as good as none: the next free block serves as well.
    if (hasErrno(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Whether this machine has a link of that name. */
export const hasLink = async (name: string, signal: AbortSignal): Promise<boolean> => {
  const links = await run('ip', ['-o', 'link', 'show'], { signal });
  return links.split('\n').some((line) => line.split(': ')[1]?.split('@')[0] === name);
};

/** Takes the link away if it is there. */
export const removeLink = async ({ links }: Instance, signal: AbortSignal): Promise<void> => {
  if (!(await hasLink(links.host, signal))) return;
  try {
    await run('ip', ['link', 'delete', links.host], { signal });
  } catch (error) {
    // The kernel takes a link away by itself, some time after the node's network namespace has ended.
    if (await hasLink(links.host, signal)) throw error;
  }
};

/** Makes the link with a free block of addresses; its node's end is still on this side. */
export const makeLink = async (instance: Instance, signal: AbortSignal): Promise<Addresses> =>
  // Choosing and taking is one step for all instances, or two could choose the same block.
  await withLock({ name: 'network', signal, onWait: () => undefined }, async () => {
    await removeLink(instance, signal);
    const free = freeAddresses(await networksInUse(signal), await readAddresses(instance));
    if (free === undefined) {
      throw new NetworkError(
        `Expected a free block of 4 addresses in ${NODE_RANGES.join(', ')}, found all in use: stop other local nodes ("ip -4 route show table all" tells who uses them)`,
      );
    }
    const { host, node } = instance.links;
    await writeFile(fileOf(instance), JSON.stringify(free));
    await run('ip', ['link', 'add', host, 'type', 'veth', 'peer', 'name', node], { signal });
    await run('ip', ['address', 'add', `${free.host}/${PREFIX_LENGTH}`, 'dev', host], { signal });
    await run('ip', ['link', 'set', host, 'up'], { signal });
    return free;
  });

/** Gives the node's end of the link to a process's network namespace. */
export const handOverLink = async ({ links }: Instance, pid: number, signal: AbortSignal): Promise<void> => {
  await run('ip', ['link', 'set', links.node, 'netns', String(pid)], { signal });
};

/** Inside the node: sets its end of the link up, once it is there. */
export const setUpNodeLink = async (
  instance: Instance,
  { host, node }: Addresses,
  signal: AbortSignal,
): Promise<void> => {
  const name = instance.links.node;
  await run('ip', ['link', 'set', 'lo', 'up'], { signal });
  await run('ip', ['address', 'add', `${node}/${PREFIX_LENGTH}`, 'dev', name], { signal });
  await run('ip', ['link', 'set', name, 'up'], { signal });
  await run('ip', ['route', 'add', 'default', 'via', host], { signal });
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
};
