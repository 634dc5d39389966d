import type { V1ConfigMap, V1Deployment } from '@kubernetes/client-node';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import { findConfigReferences } from '../../operator/api/references.ts';
import { deploymentName, SLOTS, type Slot } from '../../operator/api/names.ts';
import { BLUE_GREENS, CONFIG_MAPS, DEPLOYMENTS } from '../../operator/controllers/resources.ts';
import type { ApiClient } from '../../operator/runtime/client.ts';
import { createLogger } from '../../operator/runtime/log.ts';
import { eventually } from '../api/eventually.ts';
import { Objects } from '../api/objects.ts';
import { Director, type DirectorOptions } from '../demo/director.ts';
import { accessByFile } from '../demo/kube-access.ts';
import { Subject } from '../demo/subject.ts';
import { type ReleaseFigures, summarize } from '../demo/summary.ts';
import { Bell } from '../demo/until.ts';
import { KINDS } from '../load/client.ts';
import { LoadRun } from '../load/load-run.ts';
import { readEnvironment } from './environment.ts';
import { UsersRelease } from './users-release.ts';

/** Lower than in the demo: the tests share the machine with whatever else is running. */
export const RATES = { keepAlive: 100, fresh: 40 };
const CONNECTIONS = 20;
const RETIRE_SECONDS = 2;
const ACT_TIMEOUT_MS = 90_000;
const LOAD_SECONDS = 900;

const now = (): number => performance.timeOrigin + performance.now();

/** What was lost since a moment. */
export interface Loss {
  failed: number;
  reasons: string[];
  /** Whether there was enough load to lose something. */
  isLoaded: boolean;
}

/** What every test expects. */
export const NO_LOSS: Loss = { failed: 0, reasons: [], isLoaded: true };
const MIN_SHARE = 0.9;

/** What runs in the slot that serves: its template, and the bytes of every ConfigMap that the template names. */
export interface Running {
  template: unknown;
  config: unknown[];
}

const isAtRest = ({ metadata, status }: BlueGreen): boolean =>
  status?.observedGeneration === metadata.generation &&
  status?.active === status?.target &&
  status?.step.name === 'Stable';

/** The users service in a namespace of its own, under constant load, with everything to release it and look at it. */
export class Stage implements AsyncDisposable {
  readonly namespace: string;
  readonly release: UsersRelease;
  readonly client: ApiClient;
  readonly objects: Objects;
  readonly subject: Subject;
  readonly load: LoadRun;
  readonly bell = new Bell();
  readonly #stop = new AbortController();

  constructor(namespace: string) {
    const access = accessByFile(readEnvironment().kubeconfigPath);
    const { repository, tag } = readEnvironment().images.load;
    this.namespace = namespace;
    this.client = access.client;
    this.release = new UsersRelease(namespace);
    this.objects = new Objects(access.client, namespace, this.signal);
    const log = createLogger({ level: 'silent', name: 'test' });
    this.subject = new Subject({ client: access.client, namespace, name: 'users', bell: this.bell, log, now });
    this.load = new LoadRun({
      ...access,
      namespace,
      name: 'load',
      image: `${repository}:${tag}`,
      url: `http://users.${namespace}.svc/api/users`,
      rates: RATES,
      connections: CONNECTIONS,
      durationSeconds: LOAD_SECONDS,
      onReport: () => this.bell.ring(),
    });
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Installs the service and puts load on it. As a plain Deployment it has no BlueGreen to follow. */
  async open(values: { kind?: 'BlueGreen' | 'Deployment'; [name: string]: unknown } = {}): Promise<this> {
    await this.release.upgrade(values, this.signal, '--wait', '--timeout', '120s');
    if (values.kind !== 'Deployment') await this.subject.follow(this.signal);
    await this.load.start(this.signal);
    return this;
  }

  /** Whoever carries out releases, watching the load's report. */
  director(options: Partial<Pick<DirectorOptions, 'disturb' | 'onProgress'>> = {}): Director {
    return new Director({
      subject: this.subject,
      traffic: this.load.traffic,
      bell: this.bell,
      crash: { key: 'PAGE_SIZE', value: 'many' },
      retireAfterSeconds: RETIRE_SECONDS,
      timeoutMs: ACT_TIMEOUT_MS,
      now,
      onProgress: () => undefined,
      ...options,
    });
  }

  /** This moment, in the load's time. */
  now(): number {
    return now();
  }

  /** What became of the requests since then, once the report has come up to this moment. */
  async loss(sinceMs: number): Promise<Loss> {
    const toMs = now();
    await eventually(
      'the report of the load to come',
      async () => this.load.traffic.latestMs,
      (latestMs) => latestMs >= toMs,
    );
    const totals = KINDS.map((kind) => this.load.traffic.totals(kind, { fromMs: sinceMs, toMs: Infinity }));
    const sent = totals.reduce((sum, totalsOfKind) => sum + totalsOfKind.sent, 0);
    return {
      failed: totals.reduce((sum, { failed }) => sum + failed, 0),
      reasons: totals.map(({ reasons }) => [...reasons.keys()].join(', ')).filter((text) => text !== ''),
      isLoaded: sent > 0 && sent >= MIN_SHARE * (RATES.keepAlive + RATES.fresh) * ((toMs - sinceMs) / 1000),
    };
  }

  /** The figures of what a director did. */
  figures(director: Director): ReleaseFigures[] {
    const span = { fromMs: 0, toMs: now() };
    const { records } = director;
    const run = { traffic: this.load.traffic, records, control: span, releases: span, rates: RATES };
    return summarize(run).releases;
  }

  /** The revision that serves when nothing moves any more, read afresh from the API server. */
  async atRest(): Promise<string> {
    const { status } = await eventually(
      'the BlueGreen to come to rest',
      () => this.objects.get<BlueGreen>(BLUE_GREENS, 'users'),
      isAtRest,
      ACT_TIMEOUT_MS,
    );
    return status?.active ?? 'none';
  }

  /** The revision that serves. */
  get active(): string {
    return this.subject.serving ?? 'none';
  }

  get activeSlot(): Slot {
    const { slots, active } = this.subject.bluegreen.status ?? { slots: {} };
    const slot = SLOTS.find((name) => slots[name]?.revision === active);
    if (slot === undefined) throw new Error('Expected a slot that serves');
    return slot;
  }

  /** What the service itself says, through its Service. */
  async greeting(): Promise<string> {
    const path = `/api/v1/namespaces/${this.namespace}/services/users:80/proxy/api/users`;
    return (await this.client.get<{ greeting: string }>(path, { signal: this.signal })).greeting;
  }

  async running(): Promise<Running> {
    const name = deploymentName('users', this.activeSlot);
    const { spec } = await this.objects.get<V1Deployment>(DEPLOYMENTS, name);
    if (spec === undefined) throw new Error(`Expected Deployment ${name} to have a spec`);
    const references = findConfigReferences(spec.template).filter(({ kind }) => kind === 'ConfigMap');
    const maps = await Promise.all(references.map(({ name: map }) => this.objects.get<V1ConfigMap>(CONFIG_MAPS, map)));
    return { template: spec.template.spec, config: maps.map(({ data, binaryData }) => ({ data, binaryData })) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const signal = AbortSignal.timeout(60_000);
    await this.load.remove(signal);
    this.#stop.abort();
    await this.client.delete(`/api/v1/namespaces/${this.namespace}`, { signal });
    this.client.close();
  }
}
