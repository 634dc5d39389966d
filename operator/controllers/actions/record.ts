import { resourcePath } from '../../runtime/resource.ts';
import type { Snapshot } from '../../plan/types.ts';
import { isAlreadyExists } from '../../runtime/errors.ts';
import { releaseRecord, releaseRecordText } from '../manifests/record.ts';
import { CONTROLLER_REVISIONS } from '../resources.ts';
import { viewRecord } from '../views/record.ts';
import type { ControllerRevision } from '../views/record.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';

/** Records a release, or makes one that is recorded the newest. */
export const record = async (context: ActionContext, action: ActionOf<'record'>): Promise<void> => {
  const { client, stores, bluegreen, signal } = context;
  const { namespace } = bluegreen;
  const path = (name?: string): string => resourcePath(CONTROLLER_REVISIONS, { namespace, name });
  const assume = (object: ControllerRevision): void => {
    const view = viewRecord(object);
    if (view !== undefined) stores.records.assume(view);
  };
  const { revision, number, resourceVersion } = action;
  if (resourceVersion !== undefined) {
    const body = { metadata: { resourceVersion }, revision: number };
    assume(await client.patch<ControllerRevision>(path(revision), body, { type: 'merge', signal }));
    return;
  }
  expectDesired(context.snapshot, revision);
  const { configs } = context.snapshot.desired;
  const { template } = bluegreen.spec;
  const body = releaseRecordText(releaseRecord(bluegreen, { revision, number, template, configs }));
  try {
    assume(await client.create<ControllerRevision>(path(), body, { signal }));
  } catch (error) {
    // The cache is behind; it need not wait for the watch.
    if (isAlreadyExists(error)) assume(await client.get<ControllerRevision>(path(revision), { signal }));
    throw error;
  }
};

/** What is not recorded yet can only be made from what the spec asks for now. */
export const expectDesired = ({ desired }: Snapshot, revision: string): void => {
  if (desired.revision !== revision)
    throw new StaleViewError(`the spec to ask for ${revision}`, desired.revision ?? 'none');
};
