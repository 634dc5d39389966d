import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The address behind a name, looked up once for the whole run: what is measured is the Service and its pods, and a
 * Service's address does not change. Cluster DNS may not know a new Service at once, so it is asked again for a while.
 */
export const resolveHost = async (host: string, attempts: number, signal: AbortSignal): Promise<string> => {
  // The brackets of an IPv6 address belong to the URL only.
  const name = host.replace(/^\[(.*)\]$/, '$1');
  for (let attempt = 1; ; attempt++) {
    try {
      return (await lookup(name)).address;
    } catch (error) {
      if (attempt >= attempts) throw new Error(`Expected an address for ${name}, found none`, { cause: error });
      await sleep(500, undefined, { signal });
    }
  }
};
