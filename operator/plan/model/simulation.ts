import type { CheckVerdict } from '../../api/checks.ts';
import { SLOTS } from '../../api/names.ts';
import type { Slot } from '../../api/names.ts';
import { Cluster } from './cluster.ts';
import type { Command } from './commands.ts';
import { People } from './people.ts';
import { Process } from './process.ts';
import type { Planner, Step } from './process.ts';
import { Promises } from './promises.ts';
import { Witness } from './witness.ts';
import { Workloads } from './workloads.ts';

/** The model at work: runs commands, and has every step of the operator judged. */
export class Simulation {
  readonly cluster = new Cluster();
  readonly witness = new Witness(this.cluster);
  readonly workloads = new Workloads(this.cluster);
  readonly people = new People(this.cluster, this.witness);
  readonly #promises = new Promises(this.cluster, this.witness);
  readonly #planner: Planner;
  readonly #processes: [Process, Process];

  constructor(planner: Planner) {
    this.#planner = planner;
    this.#processes = [this.#start(0, 0), this.#start(0, 0)];
  }

  process(index: 0 | 1): Process {
    return this.#processes[index];
  }

  run(command: Command): void {
    const { cluster, people, workloads } = this;
    switch (command.do) {
      case 'template':
        return people.template(command.id);
      case 'field':
        return people.field(command);
      case 'pause':
        return people.edit((spec) => ({ ...spec, paused: command.on === 1 }));
      case 'decide':
        return people.decide(command);
      case 'undecide':
        return people.undecide();
      case 'config':
        return people.config(command.name, command.content);
      case 'removeConfig':
        return people.removeConfig(command.name);
      case 'removeService':
        return people.removeService(command.role);
      case 'createService':
        return people.createService(command.role);
      case 'hijack':
        return people.hijack(command);
      case 'removeDeployment':
        return this.removeDeployment(command.slot);
      case 'loseStatus':
        people.loseStatus();
        // The cluster was away meanwhile: nobody goes on where it was.
        this.restart(0, 0);
        return this.restart(1, 0);
      case 'removeCopy':
        return people.removeCopy(command.index);
      case 'shareCopy':
        return people.shareCopy(command.index, true);
      case 'unshareCopy':
        return people.shareCopy(command.index, false);
      case 'crash':
        return this.crash(command.slot, command.pods);
      case 'break':
        return this.break(command.slot);
      case 'spoil':
        return this.spoil(command.slot, command.verdict);
      case 'heal':
        cluster.broken.clear();
        cluster.spoiled.clear();
        return cluster.touch();
      case 'deployment':
        return workloads.syncDeployment(command.slot);
      case 'replicaSets':
        return workloads.syncReplicaSets(command.slot);
      case 'pod':
        return repeat(command.steps, () => workloads.stepPod(command.slot));
      case 'endpoints':
        return workloads.syncEndpoints(command.refresh === 1);
      case 'cluster':
        return workloads.settle();
      case 'observe': {
        const process = this.process(command.process);
        return command.kind === 'all' ? process.observeAll() : process.observe(command.kind, command.events);
      }
      case 'plan':
        return this.plan(command.process);
      case 'act':
        return repeat(command.times, () => void this.act(command.process));
      case 'kill':
        return this.restart(command.process, command.lag);
      case 'round':
        return repeat(command.times, () => {
          this.settle(command.process);
          this.round(command.process);
        });
      case 'answer':
        return void this.answer(command.process, command.verdict === 'truth' ? undefined : command.verdict);
      case 'turn':
        return repeat(command.times, () => void this.round(command.process));
      case 'advance':
        cluster.now += command.seconds * 1000;
        return;
      case 'skew':
        this.process(command.process).skew = command.seconds * 1000;
        return this.witness.skewed(command.seconds * 1000);
    }
  }

  plan(index: 0 | 1): void {
    const process = this.process(index);
    if (process.errand === undefined) this.#promises.planned(process.plan(), this.#planner, process.now);
  }

  act(index: 0 | 1): Step {
    const step = this.process(index).act();
    this.#promises.done(step);
    return step;
  }

  /** Carries out what is left of an errand, observes everything, plans, and carries that out. The plan's steps. */
  round(index: 0 | 1): Step[] {
    const process = this.process(index);
    while (process.errand !== undefined) this.act(index);
    if (process.isResting) return [];
    process.observeAll();
    this.plan(index);
    const steps: Step[] = [];
    while (process.errand !== undefined) {
      const step = this.act(index);
      if (step.kind !== 'idle') steps.push(step);
    }
    if (steps.length === 0) process.rest();
    return steps;
  }

  /** The process dies and another one starts in its place. */
  restart(index: 0 | 1, lag: number): void {
    this.#processes[index] = this.#start(lag, this.process(index).skew);
  }

  /** Pods of a slot fail by themselves; the kubelet starts them again. */
  crash(slot: Slot, count: number): void {
    for (const pod of this.cluster.pods
      .filter((candidate) => candidate.slot === slot && candidate.ready)
      .slice(0, count)) {
      pod.ready = false;
      pod.age = 0;
      this.witness.podFailed(slot, pod.revision);
    }
  }

  /** All pods of the revision that a slot holds fail, and do not become ready any more. */
  break(slot: Slot): void {
    const revision = this.cluster.deployment(slot)?.revision;
    if (revision === undefined) return;
    this.cluster.broken.add(revision);
    for (const each of SLOTS) {
      if (this.cluster.deployment(each)?.revision === revision) this.crash(each, Infinity);
      this.witness.podFailed(each, revision);
    }
  }

  /** Everything around a process does what it has to do: the controllers, and the measurements that it has begun. */
  settle(index: 0 | 1): void {
    this.workloads.settle();
    while (this.answer(index));
  }

  /** A measurement ends. Whether there was one. */
  answer(index: 0 | 1, verdict?: CheckVerdict): boolean {
    const ended = this.process(index).endMeasurement(verdict);
    if (ended !== undefined) this.witness.checks.ended(ended, this.cluster.now);
    return ended !== undefined;
  }

  /** Every check of the revision that a slot holds says that from now on. */
  spoil(slot: Slot, verdict: CheckVerdict): void {
    const revision = this.cluster.deployment(slot)?.revision;
    if (revision !== undefined) this.cluster.spoiled.set(revision, verdict);
  }

  /** Someone deletes a Deployment; its pods go with it. */
  removeDeployment(slot: Slot): void {
    const { cluster, witness } = this;
    const deployment = cluster.deployment(slot);
    if (deployment === undefined) return;
    cluster.deployments.delete(slot, cluster.next());
    cluster.replicaSets = cluster.replicaSets.filter((set) => set.slot !== slot);
    cluster.pods = cluster.pods.filter((pod) => pod.slot !== slot);
    witness.removed.add(deployment.revision);
    witness.podFailed(slot, deployment.revision);
  }

  #start(lag: number, skew: number): Process {
    return new Process(this.cluster, (snapshot, now) => this.#planner(snapshot, now), { lag, skew });
  }
}

const repeat = (times: number, step: () => void): void => {
  for (let done = 0; done < times; done++) step();
};
