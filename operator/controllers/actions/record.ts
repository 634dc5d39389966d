import { FIELD_MANAGER } from '../../api/names.ts';
import { resourcePath } from '../../runtime/resource.ts';
import type { Snapshot } from '../../plan/types.ts';
import { isConflict } from '../../runtime/errors.ts';
import { releaseRecord } from '../manifests/record.ts';
import { CONTROLLER_REVISIONS } from '../resources.ts';
import { viewRecord } from '../views/record.ts';
import type { ControllerRevision } from '../views/record.ts';
import { ABSENT_VERSION, StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';

/** Records a release, or makes one that is recorded the newest. */
export const record = async (context: ActionContext, action: ActionOf<'record'>): Promise<void> => {
  const { client, stores, bluegreen, signal } = context;
  const { namespace } = bluegreen;
  const assume = (object: ControllerRevision): void => {
    const view = viewRecord(object);
    if (view !== undefined) stores.records.assume(view);
  };
  const { revision, number, resourceVersion } = action;
  const path = resourcePath(CONTROLLER_REVISIONS, { namespace, name: revision });
  if (resourceVersion !== undefined) {
    const body = { metadata: { resourceVersion }, revision: number };
    assume(await client.patch<ControllerRevision>(path, body, { type: 'merge', fieldManager: FIELD_MANAGER, signal }));
    return;
  }
  expectDesired(context.snapshot, revision);
  const { configs } = context.snapshot.desired;
  const { template } = bluegreen.spec;
  const release = { revision, number, template, configs, resourceVersion: ABSENT_VERSION };
  try {
    // By apply, because then the server writes `data` in its own way (order of keys, escapes). It compares that field
    // byte by byte on every later patch, the garbage collector's included, and would take another way for a change.
    const options = { fieldManager: FIELD_MANAGER, force: true, signal };
    assume(await client.apply<ControllerRevision>(path, releaseRecord(bluegreen, release), options));
  } catch (error) {
    // The cache is behind; it need not wait for the watch.
    if (isConflict(error)) assume(await client.get<ControllerRevision>(path, { signal }));
    throw error;
  }
};

/** What is not recorded yet can only be made from what the spec asks for now. */
export const expectDesired = ({ desired }: Snapshot, revision: string): void => {
  const found = desired.revision ?? 'none';
  if (found !== revision) throw new StaleViewError(`the spec to ask for ${revision}`, found);
};
