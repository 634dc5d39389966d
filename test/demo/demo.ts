import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../operator/runtime/log.ts';
import { LoadRun } from '../load/load-run.ts';
import type { Span } from '../load/traffic.ts';
import { Director } from './director.ts';
import type { KubeAccess } from './kube-access.ts';
import { killOperator } from './operator-killer.ts';
import type { DemoOptions } from './options.ts';
import type { ReleaseRecord } from './release-record.ts';
import { scenario } from './scenario.ts';
import { Subject } from './subject.ts';
import { type Summary, summarize } from './summary.ts';
import { Bell } from './until.ts';

/** The first answers of a cold process say nothing about releases: they are left out of the control period. */
const WARM_UP_MS = 3000;
const RESTORE_TIMEOUT_MS = 90_000;
const ACT_TIMEOUT_MS = 180_000;
/** About as long as a release takes, its retire time included, so that every step of it gets its kills. */
const MAX_KILL_DELAY_MS = 6000;
/** An act takes less; the load Pod's own bound, should nobody be left to stop it. */
const SECONDS_PER_ACT = 60;

/** A config value that the service refuses at start. */
const CRASH = { key: 'PAGE_SIZE', value: 'many' };

/** What the demo needs from outside. */
export interface DemoContext {
  access: KubeAccess;
  log: Logger;
  now: () => number;
  random: () => number;
  /** Told in a few words what is going on. */
  say: (line: string) => void;
}

/** One run of the demo: load, control period, releases, and everything put back as it was. */
export class Demo {
  readonly load: LoadRun;
  readonly subject: Subject;
  readonly director: Director;
  readonly acts: ReturnType<typeof scenario>;
  phase = 'starting';
  readonly #options: DemoOptions;
  readonly #context: DemoContext;
  #isChanged = false;
  #control: Span = { fromMs: 0, toMs: 0 };
  #releases: Span = { fromMs: 0, toMs: 0 };

  constructor(options: DemoOptions, context: DemoContext) {
    this.#options = options;
    this.#context = context;
    this.acts = scenario(options.releases);
    const { access, log, now } = context;
    const { namespace, name, rates, connections } = options;
    const bell = new Bell();
    this.subject = new Subject({ client: access.client, namespace, name, bell, log, now });
    this.load = new LoadRun({
      ...access,
      namespace,
      name: 'relevo-load',
      image: options.loadImage,
      url: `http://${name}.${namespace}.svc${options.path}`,
      rates,
      connections,
      durationSeconds: options.controlSeconds + 120 + this.acts.length * SECONDS_PER_ACT,
      onReport: () => bell.ring(),
    });
    this.director = new Director({
      subject: this.subject,
      traffic: this.load.traffic,
      bell,
      crash: CRASH,
      retireAfterSeconds: options.retireAfterSeconds,
      timeoutMs: ACT_TIMEOUT_MS,
      now,
      onProgress: (record) => this.#sayEnd(record),
      ...(options.killOperator ? { disturb: (record, signal) => this.#kill(record, signal) } : {}),
    });
  }

  /** @throws when an act does not come to its end; everything is put back all the same. */
  async run(signal: AbortSignal): Promise<Summary> {
    const following = new AbortController();
    try {
      await this.subject.follow(AbortSignal.any([signal, following.signal]));
      await this.#perform(signal);
      this.#enter('summing up');
      await this.load.stop(signal);
    } finally {
      following.abort();
      await this.#cleanUp();
    }
    return this.summary();
  }

  /** What can be said so far. */
  summary(): Summary {
    return summarize({
      traffic: this.load.traffic,
      records: this.director.records,
      control: this.#control,
      releases: this.#releases,
      rates: this.#options.rates,
    });
  }

  async #perform(signal: AbortSignal): Promise<void> {
    const { now } = this.#context;
    const { retireAfterSeconds, controlSeconds } = this.#options;
    this.#enter('starting the load');
    // First, since it says when another demo is running, which must not be disturbed.
    await this.load.start(signal);
    this.#isChanged = true;
    await this.subject.patchSpec({ switch: { retireAfterSeconds } }, signal);
    await sleep(WARM_UP_MS, undefined, { signal });
    this.#enter(`control: ${controlSeconds} s without releases`);
    const fromMs = now();
    await sleep(controlSeconds * 1000, undefined, { signal });
    this.#control = { fromMs, toMs: now() };
    this.#enter('releases');
    this.#releases = { fromMs: now(), toMs: Infinity };
    try {
      for (const act of this.acts) {
        await this.director.perform(act, signal);
        if (this.load.problem) throw this.load.problem;
      }
    } finally {
      this.#releases = { fromMs: this.#releases.fromMs, toMs: now() };
    }
  }

  #enter(phase: string): void {
    this.phase = phase;
    this.#context.say(phase);
  }

  #sayEnd({ act, to, endedMs, appliedMs }: ReleaseRecord): void {
    if (endedMs !== undefined)
      this.#context.say(`${act} ${to}: done in ${((endedMs - appliedMs) / 1000).toFixed(1)} s`);
  }

  /** Runs also after Ctrl-C, so it has a bound of its own. */
  async #cleanUp(): Promise<void> {
    const signal = AbortSignal.timeout(RESTORE_TIMEOUT_MS);
    if (this.#isChanged) {
      this.#context.say('putting everything back');
      await this.subject.restore(signal);
    }
    await this.load.remove(signal);
  }

  async #kill(record: ReleaseRecord, signal: AbortSignal): Promise<void> {
    const { access, random } = this.#context;
    try {
      await sleep(random() * MAX_KILL_DELAY_MS, undefined, { signal });
      const where = { client: access.client, namespace: this.#options.namespace };
      let name: string | undefined;
      // There may be nobody to kill for a moment after the kill before.
      while ((name = await killOperator(where, signal)) === undefined) await sleep(100, undefined, { signal });
      record.kills++;
      this.#context.say(`killed ${name}`);
    } catch (error) {
      // The act has ended before its time came.
      if (!signal.aborted) throw error;
    }
  }
}
