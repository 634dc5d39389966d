import { randomBytes } from 'node:crypto';
import type {
  V1ConfigMap,
  V1Deployment,
  V1EndpointSlice,
  V1Namespace,
  V1Pod,
  V1Secret,
  V1Service,
} from '@kubernetes/client-node';
import { pino } from 'pino';
import type { BlueGreen, BlueGreenStatus } from '../../operator/api/bluegreen.ts';
import { findCondition, type Condition } from '../../operator/api/conditions.ts';
import { deploymentName, LABEL_REVISION, LABEL_SLOT, type Slot } from '../../operator/api/names.ts';
import {
  startOperator,
  type LeaderElection,
  type Operator,
  type OperatorOptions,
} from '../../operator/controllers/operator.ts';
import {
  BLUE_GREENS,
  CONFIG_MAPS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  PODS,
  SECRETS,
  SERVICES,
} from '../../operator/controllers/resources.ts';
import type { ApiClient } from '../../operator/runtime/client.ts';
import type { Connection } from '../../operator/runtime/connection.ts';
import type { Resource } from '../../operator/runtime/resource.ts';
import { resourcePath } from '../../operator/runtime/resource.ts';
import { specOf, type Variation } from './blue-greens.ts';
import { readEnvironment, type Environment } from './environment.ts';
import { eventually } from './eventually.ts';
import { StandInKubelet } from './kubelet.ts';
import { Objects } from './objects.ts';
import { Selections } from './selections.ts';
import { adminClient, adminConnection } from './test-control-plane.ts';

const NAMESPACES: Resource = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false };
const SERVICE_ACCOUNTS: Resource = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  namespaced: true,
};

/** A BlueGreen that the operator has seen at least once. */
export type Observed = BlueGreen & { status: BlueGreenStatus };

/** One namespace with a stand-in kubelet, an operator of its own and the BlueGreen `web` with its two Services. */
export class Scene {
  readonly namespace: string;
  readonly environment: Environment;
  readonly client: ApiClient;
  readonly objects: Objects;
  readonly kubelet: StandInKubelet;
  readonly selections = new Selections();
  readonly signal: AbortSignal;
  readonly #over = new AbortController();
  readonly #watching: Promise<void>;
  readonly #operators = new Set<Operator>();

  private constructor(namespace: string, environment: Environment) {
    this.namespace = namespace;
    this.environment = environment;
    this.client = adminClient(environment.kubeconfigPath);
    this.signal = this.#over.signal;
    this.objects = new Objects(this.client, namespace, this.signal);
    this.kubelet = new StandInKubelet({ client: this.client, namespace, signal: this.signal });
    this.#watching = this.selections.run(this.client, namespace, this.signal);
  }

  /** Makes the namespace and the two Services; no operator yet. */
  static async set(environment: Environment = readEnvironment()): Promise<Scene> {
    const namespace = `scene-${randomBytes(5).toString('hex')}`;
    const client = adminClient(environment.kubeconfigPath);
    const signal = AbortSignal.timeout(20_000);
    await client.create<V1Namespace>(
      resourcePath(NAMESPACES, {}),
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { signal },
    );
    client.close();
    const scene = new Scene(namespace, environment);
    // No pod can be made before.
    await eventually(
      'the default service account to exist',
      () => scene.objects.find(SERVICE_ACCOUNTS, 'default'),
      (account) => account !== undefined,
    );
    await scene.makeService('web');
    await scene.makeService('web-preview');
    return scene;
  }

  /** A Service without a selector, as the chart makes it. */
  async makeService(name: string): Promise<void> {
    const ports = [{ name: 'http', port: 80, targetPort: 'http' }];
    await this.objects.apply<V1Service>(SERVICES, name, { spec: { ports } });
  }

  /** Starts an operator for this namespace. */
  async startOperator(
    connection?: Connection,
    leaderElection: LeaderElection | false = false,
    more: Partial<
      Pick<OperatorOptions, 'clock' | 'exchange' | 'secrets' | 'log' | 'namespaces' | 'scope' | 'spans'>
    > = {},
  ): Promise<Operator> {
    const operator = await startOperator({
      connection: connection ?? adminConnection(this.environment.kubeconfigPath),
      namespaces: [this.namespace],
      leaderElection,
      identity: `test-${randomBytes(4).toString('hex')}`,
      managementPort: false,
      log: pino({ level: process.env['RELEVO_TEST_LOG'] ?? 'silent' }),
      ...more,
    });
    this.#operators.add(operator);
    // An operator that cannot go on is out of the play; a test that minds looks at `ended`.
    operator.ended.catch(() => this.#operators.delete(operator));
    return operator;
  }

  /** Stops that operator in good order. */
  async stopOperator(operator: Operator): Promise<void> {
    this.#operators.delete(operator);
    await operator.stop();
  }

  /** Applies the BlueGreen `web` as a chart would: the whole spec. */
  async apply(variation: Variation): Promise<BlueGreen> {
    return await this.objects.apply<BlueGreen>(BLUE_GREENS, 'web', { spec: specOf(variation) });
  }

  /** Applies and waits until that spec serves. */
  async release(variation: Variation): Promise<Observed> {
    await this.apply(variation);
    return await this.serving(variation.image ?? 'ready:v1');
  }

  /** Makes or changes a ConfigMap. */
  async configure(name: string, data: Record<string, string>, binaryData?: Record<string, string>): Promise<void> {
    await this.objects.apply<V1ConfigMap>(CONFIG_MAPS, name, {
      data,
      ...(binaryData === undefined ? {} : { binaryData }),
    });
  }

  /** Makes or changes a Secret; the content is plain text. */
  async conceal(name: string, content: Record<string, string>): Promise<void> {
    const encoded = Object.entries(content).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
    await this.objects.apply<V1Secret>(SECRETS, name, { data: Object.fromEntries(encoded) });
  }

  async blueGreen(): Promise<BlueGreen> {
    return await this.objects.get<BlueGreen>(BLUE_GREENS, 'web');
  }

  /** Waits until the BlueGreen is as told; the operator must have seen the newest spec. */
  async until(what: string, check: (blueGreen: Observed) => boolean, timeoutMs?: number): Promise<Observed> {
    const found = await eventually(
      `BlueGreen web ${what}`,
      () => this.blueGreen(),
      (blueGreen) => hasStatus(blueGreen) && check(blueGreen),
      timeoutMs,
    );
    if (!hasStatus(found)) throw new TypeError('Expected a status');
    return found;
  }

  /** Waits until the BlueGreen is Ready and only ready pods of that image are behind the active Service. */
  async serving(image: string, timeoutMs?: number): Promise<Observed> {
    const found = await this.until(
      `to be Ready with ${image}`,
      (bg) => isReady(bg) && imageOf(bg) === image,
      timeoutMs,
    );
    await eventually(
      `only ${image} behind Service web`,
      () => this.behind('web'),
      (images) => images.size === 1 && images.has(image),
    );
    return found;
  }

  /** Images of the pods that a Service sends traffic to now, by its EndpointSlices. */
  async behind(service: string): Promise<Set<string>> {
    const pods = await this.podsBehind(service);
    return new Set(pods.map((pod) => pod.spec?.containers[0]?.image ?? ''));
  }

  /** Pods that a Service sends traffic to now, by its EndpointSlices. */
  async podsBehind(service: string): Promise<V1Pod[]> {
    const slices = await this.objects.list<V1EndpointSlice>(ENDPOINT_SLICES, `kubernetes.io/service-name=${service}`);
    const endpoints = slices.flatMap((slice) => slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready);
    const names = new Set(endpoints.map(({ targetRef }) => targetRef?.name));
    return (await this.pods()).filter((pod) => names.has(pod.metadata?.name));
  }

  async pods(slot?: Slot): Promise<V1Pod[]> {
    return await this.objects.list<V1Pod>(PODS, slot === undefined ? undefined : `${LABEL_SLOT}=${slot}`);
  }

  /** Pods that run a revision. */
  async podsOf(revision: string): Promise<V1Pod[]> {
    return await this.objects.list<V1Pod>(PODS, `${LABEL_REVISION}=${revision}`);
  }

  async deployment(slot: Slot): Promise<V1Deployment | undefined> {
    return await this.objects.find<V1Deployment>(DEPLOYMENTS, deploymentName('web', slot));
  }

  /** What a Service selects now. */
  async selector(service: string): Promise<Record<string, string> | undefined> {
    return (await this.objects.get<V1Service>(SERVICES, service)).spec?.selector;
  }

  /** Ends all that runs for this scene and removes the namespace. */
  async strike(): Promise<void> {
    await Promise.all([...this.#operators].map((operator) => operator.stop()));
    const signal = AbortSignal.timeout(10_000);
    await this.client.delete(resourcePath(NAMESPACES, { name: this.namespace }), { signal });
    this.#over.abort();
    await Promise.all([this.kubelet.stopped(), this.#watching]);
    this.client.close();
  }
}

/** Whether the operator has seen the newest spec. */
const hasStatus = (blueGreen: BlueGreen): blueGreen is Observed =>
  blueGreen.status?.observedGeneration === blueGreen.metadata.generation;

/** The image that the spec asks for. */
export const imageOf = (blueGreen: BlueGreen): string => blueGreen.spec.template.spec?.containers[0]?.image ?? '';

/** Whether the condition Ready is true for the newest spec. */
export const isReady = ({ status }: Observed): boolean => findCondition(status.conditions, 'Ready')?.status === 'True';

/** The condition Stalled, when it is true. */
export const stalled = ({ status }: Observed): Condition | undefined => {
  const condition = findCondition(status.conditions, 'Stalled');
  return condition?.status === 'True' ? condition : undefined;
};

/** A test body in a scene of its own, with an operator that runs. */
export const scene = (body: (scene: Scene) => Promise<void>) => async (): Promise<void> => {
  const set = await Scene.set();
  try {
    await set.startOperator();
    await body(set);
  } finally {
    await set.strike();
  }
};

/** A test body in a scene of its own that starts operators itself. */
export const sceneWithoutOperator = (body: (scene: Scene) => Promise<void>) => async (): Promise<void> => {
  const set = await Scene.set();
  try {
    await body(set);
  } finally {
    await set.strike();
  }
};
