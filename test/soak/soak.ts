import { setTimeout as sleep } from 'node:timers/promises';
import { localInstance } from '../../k8s/local/node/node.ts';
import type { Logger } from '../../operator/runtime/log.ts';
import type { KubeAccess } from '../demo/kube-access.ts';
import { killOperator } from '../demo/operator-killer.ts';
import { Subject } from '../demo/subject.ts';
import { Bell } from '../demo/until.ts';
import { killPart, PARTS } from '../faults/kill-part.ts';
import { pick } from '../faults/random.ts';
import { LoadRun } from '../load/load-run.ts';
import { Traffic } from '../load/traffic.ts';
import type { SoakOptions } from './options.ts';
import { Performer } from './performer.ts';
import { SoakTally } from './tally.ts';
import { nextKind, type TurnKind, type TurnRecord } from './turn.ts';

/** What the soak needs from outside. */
export interface SoakContext {
  access: KubeAccess;
  log: Logger;
  now: () => number;
  /** Decides on turns and kills. */
  random: () => number;
  /** Told of every turn that has ended. */
  onTurn: (record: TurnRecord, tally: SoakTally) => void;
  /** Told in a few words what is going on. */
  say: (line: string) => void;
  /** Called after each lap, so that a report on disk is never older than that. */
  onLap: (tally: SoakTally) => Promise<void>;
}

/** The kubelet rotates a container's log at 10 MiB; a lap's report is shorter than that. */
const LAP_MS = 5 * 60_000;
/** The load Pod's own bound, should nobody be left to stop it. */
const LAP_BOUND_SECONDS = 15 * 60;
const TURN_TIMEOUT_MS = 180_000;
const RESTORE_TIMEOUT_MS = 120_000;
/** A release takes about as long, so that every step of it gets its kills. */
const MAX_KILL_DELAY_MS = 4000;

/** Turns under load, in laps with a load generator each, until there have been enough switches or the time is over. */
export class Soak {
  readonly tally: SoakTally;
  readonly #options: SoakOptions;
  readonly #context: SoakContext;
  readonly #subject: Subject;
  readonly #bell = new Bell();
  readonly #performer: Performer;
  #traffic = new Traffic();
  #isChanged = false;
  #turns = 0;
  readonly #startedMs: number;

  constructor(options: SoakOptions, context: SoakContext) {
    const { access, log, now, random } = context;
    const { namespace, name, path, seed } = options;
    this.#options = options;
    this.#context = context;
    this.#startedMs = now();
    this.tally = new SoakTally();
    this.#subject = new Subject({ client: access.client, namespace, name, bell: this.#bell, log, now });
    this.#performer = new Performer({
      subject: this.#subject,
      bell: this.#bell,
      traffic: () => this.#traffic,
      random,
      now,
      path,
      mark: `soak ${seed} of ${new Date(this.#startedMs).toISOString()}`,
      timeoutMs: TURN_TIMEOUT_MS,
    });
  }

  /** @throws when the cluster cannot be talked to; everything is put back all the same. */
  async run(signal: AbortSignal): Promise<void> {
    const following = new AbortController();
    try {
      await this.#subject.follow(AbortSignal.any([signal, following.signal]));
      this.#isChanged = true;
      while (!this.#isOver()) await this.#lap(signal);
    } finally {
      following.abort();
      await this.#cleanUp();
    }
  }

  #isOver(): boolean {
    const { count, minutes } = this.#options;
    const { now } = this.#context;
    return this.tally.switches >= count || now() - this.#startedMs >= minutes * 60_000 || this.tally.isHopeless;
  }

  async #lap(signal: AbortSignal): Promise<void> {
    const { access, now, say, onLap } = this.#context;
    const { namespace, name, path, rates, connections, loadImage } = this.#options;
    const load = new LoadRun({
      ...access,
      namespace,
      name: 'relevo-load',
      image: loadImage,
      url: `http://${name}.${namespace}.svc${path}`,
      rates,
      connections,
      durationSeconds: LAP_BOUND_SECONDS,
      onReport: () => this.#bell.ring(),
    });
    this.#traffic = load.traffic;
    let isRunning = false;
    try {
      await load.start(signal);
      isRunning = true;
      const fromMs = now();
      while (!this.#isOver() && now() - fromMs < LAP_MS) {
        await this.#turn(signal);
        if (load.problem) throw load.problem;
      }
    } finally {
      try {
        // Also after Ctrl-C, so that no request under way counts as lost; not if the load itself has a problem.
        if (isRunning && load.problem === undefined) await load.stop(AbortSignal.timeout(RESTORE_TIMEOUT_MS));
      } finally {
        await load.remove(AbortSignal.timeout(RESTORE_TIMEOUT_MS));
      }
      this.tally.addTraffic(load.traffic, this.#performer.forbidden);
      await onLap(this.tally);
      say(this.tally.line());
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const { now, onTurn } = this.#context;
    const from = this.#subject.bluegreen.status?.active;
    if (from === undefined) throw new TypeError('Expected a revision that serves, found none');
    this.#turns += 1;
    const kind = await this.#draw(signal);
    const record: TurnRecord = { number: this.#turns, kind, from, switches: 0, appliedMs: now(), kills: 0 };
    const ended = new AbortController();
    const killing = this.#disturb(record, ended.signal, signal);
    // It may fail long before it is waited for; then its error still comes out.
    killing.catch(() => undefined);
    try {
      await this.#performer.perform(record, signal);
    } finally {
      ended.abort();
      await killing;
    }
    this.tally.addTurn(record);
    onTurn(record, this.tally);
  }

  async #draw(signal: AbortSignal): Promise<TurnKind> {
    for (;;) {
      const kind = nextKind(this.#context.random);
      if (await this.#performer.possible(kind, signal)) return kind;
    }
  }

  /** Kills something or nothing beside a turn; never both, since who the operator is, is asked of the API server. */
  async #disturb(record: TurnRecord, ended: AbortSignal, signal: AbortSignal): Promise<void> {
    const { random } = this.#context;
    const { killEvery, crashEvery } = this.#options;
    if (killEvery > 0 && random() * killEvery < 1) return await this.#kill(record, AbortSignal.any([signal, ended]));
    if (crashEvery > 0 && random() * crashEvery < 1) await this.#crash(record, ended, signal);
  }

  async #kill(record: TurnRecord, signal: AbortSignal): Promise<void> {
    const { access, random } = this.#context;
    try {
      await sleep(random() * MAX_KILL_DELAY_MS, undefined, { signal });
      const where = { client: access.client, namespace: this.#options.namespace };
      if ((await killOperator(where, signal)) !== undefined) record.kills += 1;
    } catch (error) {
      // The turn has ended before its time came.
      if (!signal.aborted) throw error;
    }
  }

  /** Kills etcd or the API server, also if the turn has ended by then, and waits until it is back. */
  async #crash(record: TurnRecord, ended: AbortSignal, signal: AbortSignal): Promise<void> {
    const { random } = this.#context;
    const part = pick(random, PARTS);
    await sleep(random() * MAX_KILL_DELAY_MS, undefined, { signal: ended }).catch(() => undefined);
    await killPart(localInstance(), part, signal);
    record.crashed = part;
  }

  /** Runs also after Ctrl-C, so it has a bound of its own. */
  async #cleanUp(): Promise<void> {
    if (!this.#isChanged) return;
    this.#context.say('putting everything back');
    await this.#subject.restore(AbortSignal.timeout(RESTORE_TIMEOUT_MS));
  }
}
