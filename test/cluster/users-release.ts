import { fileURLToPath } from 'node:url';
import { helm } from './command.ts';
import { readEnvironment } from './environment.ts';

const CHART = fileURLToPath(new URL('../../charts/service', import.meta.url));

/** The values that the tests set: short times, so that a release takes seconds. */
const VALUES = {
  replicas: 2,
  config: { GREETING: 'Hello', PAGE_SIZE: '20' },
  drain: { lameDuckSeconds: 2, timeoutSeconds: 10, marginSeconds: 3 },
  blueGreen: { switch: { retireAfterSeconds: 2 } },
  probes: { ready: { path: '/ready', periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 2 } },
};

/** The service `users` as a Helm release in a namespace of its own. */
export class UsersRelease {
  readonly namespace: string;

  constructor(namespace: string) {
    this.namespace = namespace;
  }

  /** `helm upgrade --install` with these values besides the tests' own. */
  async upgrade(values: object, signal: AbortSignal, ...flags: string[]): Promise<void> {
    const { repository, tag } = readEnvironment().images.users;
    const all: string[] = [];
    for (const [key, value] of Object.entries({ image: { repository, tag }, ...VALUES, ...values })) {
      all.push('--set-json', `${key}=${JSON.stringify(value)}`);
    }
    await helm(
      ['upgrade', '--install', 'users', CHART, ...this.#where(), '--create-namespace', ...all, ...flags],
      signal,
    );
  }

  async rollback(signal: AbortSignal, ...flags: string[]): Promise<void> {
    await helm(['rollback', 'users', ...this.#where(), ...flags], signal);
  }

  async uninstall(signal: AbortSignal, ...flags: string[]): Promise<void> {
    await helm(['uninstall', 'users', ...this.#where(), ...flags], signal);
  }

  #where(): string[] {
    return ['--namespace', this.namespace];
  }
}
