import { isDeepStrictEqual } from 'node:util';
import type { V1ConfigMap, V1Pod, V1Service } from '@kubernetes/client-node';
import type { BlueGreen, BlueGreenSpec } from '../../../operator/api/bluegreen.ts';
import type { ConfigRollout, ConfigRolloutStatus } from '../../../operator/api/configrollout.ts';
import { findCondition } from '../../../operator/api/conditions.ts';
import { LABEL_BLUEGREEN, LABEL_REVISION } from '../../../operator/api/names.ts';
import { BLUE_GREENS, CONFIG_MAPS, CONFIG_ROLLOUTS, PODS, SERVICES } from '../../../operator/controllers/resources.ts';
import { eventually } from '../eventually.ts';
import type { Scene } from '../scene.ts';

/** What a test varies of the BlueGreens. */
export interface Crew {
  count: number;
  progressDeadlineSeconds?: number;
  quietSeconds?: number;
}

/** A ConfigRollout that the operator has seen. */
export type ObservedRollout = ConfigRollout & { status: ConfigRolloutStatus };

/** BlueGreens that share the ConfigMap `shared`, and its ConfigRollout; as a person with kubectl sees them. */
export class Fleet {
  readonly scene: Scene;
  readonly #crew: Crew;

  constructor(scene: Scene, crew: Crew) {
    this.scene = scene;
    this.#crew = crew;
  }

  get names(): string[] {
    return Array.from({ length: this.#crew.count }, (_, number) => `web-${String(number).padStart(2, '0')}`);
  }

  /** Makes the ConfigMap, the BlueGreens and their Services, and waits until all are Ready. */
  async launch(data: Record<string, string>): Promise<void> {
    await this.configure(data);
    for (const name of this.names) await this.add(name);
    await this.untilAllReady(this.#crew.count);
  }

  /** Makes one more BlueGreen. Its pods do what the key `behaviour-of-<name>` says, if there is one. */
  async add(name: string, image = 'ready:v1'): Promise<void> {
    const { objects } = this.scene;
    await objects.apply<V1Service>(SERVICES, name, { spec: { ports: [{ port: 80, targetPort: 8080 }] } });
    await this.apply(name, image);
  }

  /** Applies a BlueGreen with another image. */
  async apply(name: string, image: string, part: Partial<BlueGreenSpec> = {}): Promise<void> {
    const { progressDeadlineSeconds = 600, quietSeconds = 0 } = this.#crew;
    const key = `behaviour-of-${name}`;
    const behaviour = { configMapKeyRef: { name: 'shared', key, optional: true } };
    const template = {
      spec: {
        automountServiceAccountToken: false,
        containers: [
          {
            name: 'web',
            image,
            envFrom: [{ configMapRef: { name: 'shared' } }],
            env: [{ name: 'BEHAVIOUR', valueFrom: behaviour }],
          },
        ],
      },
    };
    await this.scene.objects.apply<BlueGreen>(BLUE_GREENS, name, {
      metadata: { labels: { crew: 'web' } },
      spec: {
        replicas: 1,
        template,
        services: { active: name },
        config: { quietSeconds },
        switch: { retireAfterSeconds: 0 },
        progressDeadlineSeconds,
        ...part,
      },
    });
  }

  /** Changes the shared ConfigMap: exactly this content. */
  async configure(data: Record<string, string>): Promise<void> {
    await this.scene.objects.apply<V1ConfigMap>(CONFIG_MAPS, 'shared', { data });
  }

  /** Applies the ConfigRollout `shared`. */
  async govern(spec: object): Promise<void> {
    const source = { configMap: 'shared', quietSeconds: 0 };
    const consumers = { selector: { matchLabels: { crew: 'web' } } };
    await this.scene.objects.apply<ConfigRollout>(CONFIG_ROLLOUTS, 'shared', { spec: { source, consumers, ...spec } });
  }

  async untilAllReady(count: number): Promise<void> {
    await eventually(
      `${count} BlueGreens to be Ready`,
      () => this.scene.objects.list<BlueGreen>(BLUE_GREENS),
      (all) =>
        all.filter(
          ({ metadata, status }) =>
            status?.observedGeneration === metadata.generation &&
            findCondition(status?.conditions ?? [], 'Ready')?.status === 'True',
        ).length === count,
      120_000,
    );
  }

  /** Waits until the ConfigRollout is as told; the operator must have seen the newest spec. */
  async until(
    what: string,
    check: (rollout: ObservedRollout) => boolean,
    timeoutMs = 120_000,
  ): Promise<ObservedRollout> {
    const found = await eventually(
      `ConfigRollout shared ${what}`,
      () => this.scene.objects.get<ConfigRollout>(CONFIG_ROLLOUTS, 'shared'),
      (rollout) => isObserved(rollout) && check(rollout),
      timeoutMs,
    );
    if (!isObserved(found)) throw new TypeError('Expected a status');
    return found;
  }

  /** What the pods behind each active Service were started with: how many Services have each value of that variable. */
  async serving(variable: string): Promise<Record<string, number>> {
    const { objects, kubelet } = this.scene;
    const [pods, services] = await Promise.all([objects.list<V1Pod>(PODS), objects.list<V1Service>(SERVICES)]);
    const counts: Record<string, number> = {};
    for (const { metadata, spec } of services) {
      const revision = spec?.selector?.[LABEL_REVISION];
      const behind = pods.filter(
        ({ metadata: pod, status }) =>
          pod?.labels?.[LABEL_BLUEGREEN] === metadata?.name &&
          pod?.labels?.[LABEL_REVISION] === revision &&
          status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
      );
      for (const value of new Set(behind.map((pod) => kubelet.contentOf(pod)[`web.env.${variable}`] ?? 'none'))) {
        counts[value] = (counts[value] ?? 0) + 1;
      }
    }
    return counts;
  }

  /** Waits until the Services' pods have these values. */
  async untilServing(variable: string, expected: Record<string, number>, timeoutMs = 120_000): Promise<void> {
    await eventually(
      `${JSON.stringify(expected)} behind the Services`,
      () => this.serving(variable),
      (found) => isDeepStrictEqual(found, expected),
      timeoutMs,
    );
  }
}

const isObserved = (rollout: ConfigRollout): rollout is ObservedRollout =>
  rollout.status?.observedGeneration === rollout.metadata.generation;
