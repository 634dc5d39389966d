import { Backoff } from '../runtime/backoff.ts';
import { sleep } from '../runtime/clock.ts';
import type { Clock } from '../runtime/clock.ts';
import { failureFields } from '../runtime/log.ts';
import type { Logger } from '../runtime/log.ts';
import type { Feed } from './feed.ts';
import type { SecretKey } from './secret-key.ts';

export interface SecretFeedOptions {
  key: Pick<SecretKey, 'load'>;
  /** One for each namespace. */
  reflectors: readonly Feed[];
  log: Logger;
  clock: Clock;
  /** Uniform in [0, 1). */
  random?: () => number;
}

/** Keeps the store of Secrets up to date, once the key of their hashes is there. */
export class SecretFeed implements Feed {
  readonly synced: Promise<void>;
  readonly #options: SecretFeedOptions;

  constructor(options: SecretFeedOptions) {
    this.#options = options;
    this.synced = Promise.all(options.reflectors.map(({ synced }) => synced)).then(() => undefined);
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#loadKey(signal);
    if (!signal.aborted) await Promise.all(this.#options.reflectors.map((reflector) => reflector.run(signal)));
  }

  async #loadKey(signal: AbortSignal): Promise<void> {
    const { key, log, clock, random = Math.random } = this.#options;
    const backoff = new Backoff({ baseMs: 500, maxMs: 5000, random });
    while (!signal.aborted) {
      try {
        await key.load(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        log.warn(failureFields(error), 'Cannot have the key of the hashes of Secrets, will try again');
        await sleep(clock, backoff.nextMs(), signal).catch(() => {});
      }
    }
  }
}
