import type { ConfigRollout } from '../../api/configrollout.ts';
import { consumerId, grantedVersion } from '../../api/grants.ts';
import { ABSENT, copyName } from '../../api/revision.ts';
import { UNPINNED } from '../../api/version.ts';
import type { ApiClient } from '../../runtime/client.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ReconcileResult } from '../../runtime/controller.ts';
import { isNotFound } from '../../runtime/errors.ts';
import type { EventRecorder } from '../../runtime/events.ts';
import type { Logger } from '../../runtime/log.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { keyOf } from '../../runtime/store.ts';
import { StaleViewError } from '../actions/context.ts';
import type { ConfigSources } from '../config-sources.ts';
import { CONFIG_MAPS, CONFIG_ROLLOUTS } from '../resources.ts';
import type { Stores } from '../stores.ts';
import { viewOf } from '../config-sources.ts';
import type { ConfigObject } from '../views/config.ts';
import { viewRollout } from '../views/config-rollout.ts';
import { copiesOf } from '../views/workload.ts';
import type { CachedWorkload, WorkloadKind } from '../views/workload.ts';
import { disown, shareCopy } from './copies.ts';
import { judgeCached, workloadsOf } from './workload-consumers.ts';
import { disclaimWorkload, isOf, readWorkload, rewriteWorkload } from './workload-object.ts';

export interface WorkloadReconcilerOptions {
  client: ApiClient;
  stores: Stores;
  configs: ConfigSources;
  events: Pick<EventRecorder, 'record'>;
  log: Logger;
  clock: Clock;
}

/** News come by watches; this is for what no watch tells. */
const RETRY_MS = 1000;

/** The key of a workload in the queue. */
export const workloadKey = (kind: WorkloadKind, { namespace, name }: { namespace: string; name: string }): string =>
  `${kind}/${namespace}/${name}`;

/**
 * Does with one Deployment or StatefulSet what its ConfigRollout grants: the references of its template are changed to
 * the copy of its version, and back to the original when it has opted out. The workload is an owner of the copy that it
 * names, so the copy stays as long as pods may need it, whatever becomes of the rollout.
 */
export class WorkloadReconciler {
  readonly #options: WorkloadReconcilerOptions;

  constructor(options: WorkloadReconcilerOptions) {
    this.#options = options;
  }

  async reconcile(key: string, signal: AbortSignal): Promise<ReconcileResult | undefined> {
    const [kind, namespace = '', name = ''] = key.split('/');
    const { deployments, statefulSets } = this.#options.stores;
    const store = kind === 'Deployment' ? deployments : statefulSets;
    const workload = store.get(keyOf({ namespace, name }));
    if (workload === undefined || workload.deleting) return undefined;
    try {
      return await this.#bring(workload, signal);
    } catch (error) {
      if (!(error instanceof StaleViewError) && !isNotFound(error)) throw error;
      this.#options.log.debug({ key, message: error.message }, 'The world has moved on, will look again');
      return { requeueAfterMs: RETRY_MS };
    }
  }

  async #bring(workload: CachedWorkload, signal: AbortSignal): Promise<ReconcileResult | undefined> {
    const { stores } = this.#options;
    const { namespace, kind, name } = workload;
    const rollout =
      workload.rollout === undefined
        ? undefined
        : stores.configRollouts.get(keyOf({ namespace, name: workload.rollout }));
    const configMap = rollout?.spec.source.configMap;
    const [copied] = Object.keys(workload.copies);
    if (copied !== undefined && copied !== configMap) return this.#restore(workload, copied, signal);
    if (workload.claimed) {
      const { client } = this.#options;
      await disclaimWorkload({ client, stores, signal }, kind, await readWorkload({ client, signal }, workload));
      return undefined;
    }
    if (rollout === undefined || configMap === undefined) {
      await this.#tidy(workload, '', UNPINNED, signal);
      return undefined;
    }
    const version = rollout.status && grantedVersion(rollout.status, consumerId(kind, name));
    if (version === undefined || version === UNPINNED || version === ABSENT) return undefined;
    const copy = copyName(configMap, version);
    const isThere = workload.copies[configMap] === copy && namesOnly(workload, configMap, copy);
    if (isThere) await this.#tidy(workload, configMap, version, signal);
    else await this.#pin(workload, { rollout: rollout.name, configMap, version, copy }, signal);
    return undefined;
  }

  /** Changes the references to the copy, also when somebody has written the original there again. */
  async #pin(
    workload: CachedWorkload,
    grant: { rollout: string; configMap: string; version: string; copy: string },
    signal: AbortSignal,
  ): Promise<void> {
    const { client, stores, configs, clock } = this.#options;
    const { namespace, kind, name, uid } = workload;
    const { rollout, configMap, version, copy } = grant;
    const path = resourcePath(CONFIG_ROLLOUTS, { namespace, name: rollout });
    const live = viewRollout(await client.get<ConfigRollout>(path, { signal }));
    const granted = live.status && grantedVersion(live.status, consumerId(kind, name));
    if (granted !== version) throw new StaleViewError(`${kind} ${name} to be granted ${version}`, granted ?? 'nothing');
    const object = await readWorkload({ client, signal }, workload);
    const found = await client.get<ConfigObject>(resourcePath(CONFIG_MAPS, { namespace, name: copy }), { signal });
    const owner = { apiVersion: 'apps/v1', kind, namespace, name, uid };
    const shared = await shareCopy({ client, signal }, owner, { object: found, version });
    configs.ConfigMap.store.assume(viewOf(configs.ConfigMap, shared, clock.now()));
    await rewriteWorkload({ client, stores, signal }, object, { kind, configMap, copy });
    this.#tell(workload, 'ConfigPinned', `its template names ${copy} instead of ConfigMap ${configMap}`);
  }

  /** Changes the references back to the original. */
  async #restore(
    workload: CachedWorkload,
    configMap: string,
    signal: AbortSignal,
  ): Promise<ReconcileResult | undefined> {
    const { client, stores } = this.#options;
    if (this.#mustWait(workload)) return { requeueAfterMs: RETRY_MS };
    const object = await readWorkload({ client, signal }, workload);
    const copy = copiesOf(object)[configMap];
    if (copy === undefined) throw new StaleViewError(`${workload.kind} ${workload.name} to have a copy`, 'none');
    await rewriteWorkload({ client, stores, signal }, object, { kind: workload.kind, configMap });
    this.#tell(workload, 'ConfigRestored', `its template names ConfigMap ${configMap} instead of ${copy}`);
    return undefined;
  }

  /**
   * When a ConfigRollout is deleted all its workloads are to be restored, and nobody counts waves any more: they go one
   * after another, each only while those before it are healthy.
   */
  #mustWait(workload: CachedWorkload): boolean {
    const { stores } = this.#options;
    const { namespace, rollout } = workload;
    if (rollout === undefined || stores.configRollouts.get(keyOf({ namespace, name: rollout })) !== undefined)
      return false;
    const restored = workloadsOf(stores, keyOf({ namespace, name: rollout })).filter(
      ({ copies, deleting }) => !deleting && Object.keys(copies).length === 0,
    );
    return restored.some((other) => judgeCached(other, '', UNPINNED).kind !== 'healthy');
  }

  /** Gives up the copies of other versions, when no pod can need them any more. */
  async #tidy(workload: CachedWorkload, configMap: string, version: string, signal: AbortSignal): Promise<void> {
    const { client, configs, stores, clock } = this.#options;
    if (judgeCached(workload, configMap, version).kind !== 'healthy') return;
    const others = stores.configMaps
      .byIndex('owner', workload.uid)
      .filter(({ name }) => !workload.configMaps.includes(name));
    for (const place of others) await disown({ client, configs, now: () => clock.now(), signal }, place, workload.uid);
  }

  #tell({ kind, namespace, name, uid, resourceVersion }: CachedWorkload, reason: string, message: string): void {
    const { events, log } = this.#options;
    const regarding = { apiVersion: 'apps/v1', kind, namespace, name, uid, resourceVersion };
    events.record({ regarding, type: 'Normal', reason, action: 'Rollout', message });
    log.info({ namespace, workload: `${kind}/${name}`, reason, message }, 'Changed the config of a workload');
  }
}

const namesOnly = ({ configMaps }: CachedWorkload, configMap: string, copy: string): boolean =>
  configMaps.filter((name) => isOf(configMap, { kind: 'ConfigMap', name })).every((name) => name === copy);
