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

const RETIRED = 'retired';

/**
 * What the pod's own labels and annotations say, from a downward-API volume. The kubelet writes such a volume by
 * swapping the symbolic link `..data` in its folder, so the folder is watched, not the file.
 */
export class PodInfo {
  readonly #options: Required<PodInfoOptions>;
  #revision: string | undefined;
  #retired = false;
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

  /** The hand-over signal: traffic has moved to another slot, clients should open new connections. */
  get retired(): boolean {
    return this.#retired;
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
    const retired = traffic === RETIRED;
    if (retired === this.#retired) return;
    this.#retired = retired;
    this.#options.log.info({ traffic }, retired ? 'retired: clients are asked to move' : 'active again');
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

const watchNames = (folder: string, onChange: () => void): FSWatcher =>
  watchFolder(folder, { persistent: false }, onChange);
