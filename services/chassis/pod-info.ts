import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { isMissing } from './config/error-code.ts';
import type { Log } from './log.ts';

/** How the folder is watched. */
export interface PodInfoOptions {
  folder: string;
  log: Log;
  clock: Clock;
  /** The safety net under the file system's events, which can be used up or lost. */
  pollMs?: number;
  watch?: (folder: string, onChange: () => void) => FSWatcher;
}

/**
 * What becomes of the pod's traffic: the hand-over signal. A pod that is `leaving` still serves, and is about to lose its
 * traffic to another slot; one that is `retired` has lost it. From both, clients should go over to new connections.
 */
export type Traffic = 'active' | 'leaving' | 'retired';

/** `leaving` is followed by `retired` within a second or so; where that never comes, the pod goes on as if nothing had been. */
const LEAVING_MS = 10_000;

/**
 * What the pod's own labels and annotations say, from a downward-API volume. The kubelet writes such a volume by
 * swapping the symbolic link `..data` in its folder, so the folder is watched, not the file.
 */
export class PodInfo {
  readonly #options: Required<PodInfoOptions>;
  #revision: string | undefined;
  #traffic: Traffic = 'active';
  #trafficSince = 0;
  #watcher: FSWatcher | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;

  constructor(options: PodInfoOptions) {
    this.#options = { pollMs: 1000, watch: watchNames, ...options };
  }

  /** The revision that this pod runs; unknown outside a BlueGreen. */
  get revision(): string | undefined {
    return this.#revision;
  }

  /** What becomes of the pod's traffic, as it was last told. */
  get traffic(): Traffic {
    const isLate = this.#options.clock.now() >= this.#trafficSince + LEAVING_MS;
    return this.#traffic === 'leaving' && isLate ? 'active' : this.#traffic;
  }

  /** Reads the files; one reading at a time, and a change that comes in meanwhile is read right after. */
  async refresh(): Promise<void> {
    this.#again = true;
    this.#refreshing ??= this.#refreshAll();
    await this.#refreshing;
  }

  /** Follows the folder until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, pollMs } = this.#options;
    while (!signal.aborted) {
      this.#watcher ??= this.#watch();
      await this.refresh();
      await clock.sleep(pollMs, signal);
    }
    this.#watcher?.close();
  }

  #watch(): FSWatcher | undefined {
    const { folder, log, watch } = this.#options;
    try {
      const watcher = watch(folder, () => void this.refresh());
      return watcher.once('error', () => {
        watcher.close();
        this.#watcher = undefined;
      });
    } catch (error) {
      if (!isMissing(error)) log.debug({ err: error }, 'pod info is polled only');
      return undefined;
    }
  }

  async #refreshAll(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        await this.#readAll();
      }
    } catch (error) {
      this.#options.log.warn({ err: error }, 'pod info cannot be read');
    } finally {
      this.#refreshing = undefined;
    }
  }

  async #readAll(): Promise<void> {
    const [revision, traffic] = await Promise.all([this.#read('revision'), this.#read('traffic')]);
    this.#revision = revision === '' ? undefined : revision;
    const told = traffic === 'retired' || traffic === 'leaving' ? traffic : 'active';
    if (told === this.#traffic) return;
    this.#traffic = told;
    this.#trafficSince = this.#options.clock.now();
    this.#options.log.info({ traffic: told }, SENTENCES[told]);
  }

  async #read(name: string): Promise<string | undefined> {
    try {
      return (await readFile(join(this.#options.folder, name), 'utf8')).trim();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

const SENTENCES: Record<Traffic, string> = {
  active: 'active again',
  leaving: 'leaving: clients are asked to come back on new connections',
  retired: 'retired: clients are asked to move',
};

const watchNames = (folder: string, onChange: () => void): FSWatcher =>
  watchFolder(folder, { persistent: false }, onChange);
