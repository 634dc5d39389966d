import { FIELD_MANAGER } from '../api/names.ts';
import { keyOf } from '../runtime/store.ts';
import { resourcePath } from '../runtime/resource.ts';
import type { Resource } from '../runtime/resource.ts';
import type { BlueGreenContext } from './actions/context.ts';
import { expectAlive } from './actions/ownership.ts';
import { learnSlot } from './actions/slot.ts';
import { controllerReference, ownerReference } from './manifests/owner.ts';
import { announce } from './observation/announce.ts';
import { isRefusal } from './refusal.ts';
import { viewOf } from './config-sources.ts';
import type { ConfigSource } from './config-sources.ts';
import { CONTROLLER_REVISIONS, DEPLOYMENTS } from './resources.ts';
import type { ConfigObject } from './views/config.ts';
import type { Identity } from './views/identity.ts';
import { viewRecord } from './views/record.ts';
import { viewSlot } from './views/slot.ts';
import { SLOTS, deploymentName } from '../api/names.ts';

/**
 * Takes over what an earlier BlueGreen of that name left behind when it was deleted with `--cascade=orphan`: its slots,
 * its records and their config copies. So nothing restarts when it is made again.
 */
export const adoptOrphans = async (context: BlueGreenContext): Promise<void> => {
  const { stores, configs, bluegreen } = context;
  const { namespace, name } = bluegreen;
  const sources = [configs.ConfigMap, configs.Secret].filter((source) => source !== undefined);
  const slots = SLOTS.map((slot) => stores.slots.get(keyOf({ namespace, name: deploymentName(name, slot) })));
  const records = stores.records.byIndex('bluegreen', keyOf(bluegreen));
  const orphans = [...slots, ...records].filter((one) => one !== undefined && one.controller === undefined);
  if (orphans.length === 0) return;
  await expectAlive(context);
  for (const slot of slots) {
    if (slot === undefined || slot.controller !== undefined) continue;
    const view = viewSlot(await own(context, DEPLOYMENTS, slot));
    if (view !== undefined) stores.slots.assume(view);
  }
  for (const record of records) {
    if (record.controller !== undefined) continue;
    for (const copy of record.copies) {
      for (const source of sources) await ownCopy(context, source, copy);
    }
    const view = viewRecord(await own(context, CONTROLLER_REVISIONS, record));
    if (view !== undefined) stores.records.assume(view);
  }
};

/** Looks again at Deployments that were somebody else's when they were last looked at. */
export const lookAgainAtForeign = async (context: BlueGreenContext): Promise<void> => {
  for (const slot of SLOTS) {
    if (context.memory.foreign[slot] !== undefined) await learnSlot(context, slot);
  }
};

const own = async <T>(context: BlueGreenContext, resource: Resource, orphan: Identity): Promise<T> => {
  const { client, events, bluegreen, signal } = context;
  const { namespace, name, resourceVersion } = orphan;
  const body = { metadata: { resourceVersion, ownerReferences: [controllerReference(bluegreen)] } };
  const path = resourcePath(resource, { namespace, name });
  try {
    return await client.patch<T>(path, body, { type: 'strategic', fieldManager: FIELD_MANAGER, signal });
  } catch (error) {
    // Where OwnerReferencesPermissionEnforcement runs, this takes the right to delete, which the operator has not.
    if (isRefusal(error)) {
      const message = `${resource.kind} ${name}, which an earlier BlueGreen of this name left, cannot be taken over: ${error.explanation}`;
      announce(events, bluegreen, { type: 'Warning', reason: 'AdoptionRefused', message });
    }
    throw error;
  }
};

const ownCopy = async (
  { client, bluegreen, signal, now }: BlueGreenContext,
  source: ConfigSource,
  name: string,
): Promise<void> => {
  const { namespace, uid } = bluegreen;
  const copy = source.store.get(keyOf({ namespace, name }));
  if (copy?.isCopy !== true || copy.deleting || copy.owners.some((owner) => owner.uid === uid)) return;
  const body = {
    metadata: { resourceVersion: copy.resourceVersion, ownerReferences: [ownerReference(bluegreen)] },
  };
  const path = resourcePath(source.resource, { namespace, name });
  const options = { type: 'strategic', fieldManager: FIELD_MANAGER, signal } as const;
  source.store.assume(viewOf(source, await client.patch<ConfigObject>(path, body, options), now()));
};
