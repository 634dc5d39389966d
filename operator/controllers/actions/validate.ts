import type { V1Deployment } from '@kubernetes/client-node';
import { FIELD_MANAGER, SLOTS, deploymentName } from '../../api/names.ts';
import type { Slot } from '../../api/names.ts';
import { releasedTemplate } from '../../api/revision.ts';
import type { Snapshot } from '../../plan/types.ts';
import { isRefusal } from '../refusal.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { slotDeployment } from '../manifests/deployment.ts';
import { DEPLOYMENTS } from '../resources.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';
import { expectDesired } from './record.ts';
import { learnSlot } from './slot.ts';

/** Asks the API server, without storing anything, whether it would take the desired revision's Deployment. */
export const validate = async (context: ActionContext, { revision }: ActionOf<'validate'>): Promise<void> => {
  const { client, bluegreen, snapshot, memory, now, signal } = context;
  expectDesired(snapshot, revision);
  const { namespace, name, spec } = bluegreen;
  const slot = idleSlot(snapshot);
  if (snapshot.slots[slot] === undefined) {
    // A Deployment of somebody else would be said to be an invalid template.
    await learnSlot(context, slot);
    if (memory.foreign[slot] !== undefined) throw new StaleViewError(`no Deployment for slot ${slot}`, 'a foreign one');
  }
  const path = resourcePath(DEPLOYMENTS, { namespace, name: deploymentName(name, slot) });
  const deployment = slotDeployment({
    owner: bluegreen,
    slot,
    revision,
    template: releasedTemplate(spec.template, snapshot.desired.configs),
    replicas: spec.replicas,
  });
  try {
    await client.apply<V1Deployment>(path, deployment, {
      fieldManager: FIELD_MANAGER,
      force: true,
      dryRun: true,
      signal,
    });
    memory.verdicts.remember(revision, { accepted: true }, now());
  } catch (error) {
    if (!isRefusal(error)) throw error;
    memory.verdicts.remember(revision, { accepted: false, message: shortened(error.explanation) }, now());
  }
};

const idleSlot = ({ bluegreen, slots }: Snapshot): Slot =>
  SLOTS.find((slot) => slots[slot]?.foreign !== true && slots[slot]?.revision !== bluegreen.status?.active) ?? 'blue';

/** Enough for the first mistakes; a status is no place for a whole manifest. */
const MAX_MESSAGE_LENGTH = 1000;

const shortened = (message: string): string =>
  message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : message;
