import type { V1EndpointSliceList, V1Service } from '@kubernetes/client-node';
import type { BlueGreen } from '../../api/bluegreen.ts';
import { LABEL_REVISION } from '../../api/names.ts';
import { selectsBoth } from '../../plan/slots.ts';
import type { ApiClient } from '../../runtime/client.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { BLUE_GREENS, ENDPOINT_SLICES, SERVICES } from '../resources.ts';
import { LABEL_SERVICE_NAME, endpointsOf, viewEndpointSlice } from '../views/endpoint-slice.ts';
import { StaleViewError } from './context.ts';
import type { ActionOf, BlueGreenContext } from './context.ts';

type Reader = Pick<BlueGreenContext, 'bluegreen' | 'signal'> & { client: Pick<ApiClient, 'get'> };

/**
 * Asks the API server whether pods of a revision serve, before they are told so: a writer that was stopped for a while
 * must not tell pods that serve again to go, and one whose list of endpoints is from an earlier switch must not count
 * this one as made; nor must it announce a switch that was given up meanwhile.
 */
export const expectTraffic = async (reader: Reader, action: ActionOf<'signal'>): Promise<void> => {
  await expectSelected(reader, action);
  if (action.traffic === 'leaving') await expectSwitching(reader);
  if (action.traffic === 'retired') await expectUnlisted(reader, action);
};

const expectSelected = async (reader: Reader, { revision, traffic }: ActionOf<'signal'>): Promise<void> => {
  const { client, bluegreen, signal } = reader;
  const path = resourcePath(SERVICES, { namespace: bluegreen.namespace, name: bluegreen.spec.services.active });
  const { spec } = await client.get<V1Service>(path, { signal });
  const { selector = {} } = spec ?? {};
  const selected = selector[LABEL_REVISION];
  const isSelected = selected === revision || (traffic === 'leaving' && selectsBoth({ selector }, bluegreen.name));
  if (isSelected === (traffic !== 'retired')) return;
  throw new StaleViewError(
    `pods of ${revision} to be ${traffic}`,
    `the active Service selecting ${selected ?? 'none'}`,
  );
};

/** A switch that somebody else has made or given up meanwhile is not announced. */
const expectSwitching = async (reader: Reader): Promise<void> => {
  const { client, bluegreen, signal } = reader;
  const { namespace, name } = bluegreen;
  const { status } = await client.get<BlueGreen>(resourcePath(BLUE_GREENS, { namespace, name }), { signal });
  if (status?.step?.name === 'Switching' && status.step.since === bluegreen.status?.step.since) return;
  throw new StaleViewError('the switch to be on record', `step ${status?.step?.name ?? 'none'}`);
};

const expectUnlisted = async (reader: Reader, { slot, revision }: ActionOf<'signal'>): Promise<void> => {
  const { client, bluegreen, signal } = reader;
  const { namespace, name, spec } = bluegreen;
  const query = { labelSelector: `${LABEL_SERVICE_NAME}=${spec.services.active}` };
  const { items } = await client.get<V1EndpointSliceList>(resourcePath(ENDPOINT_SLICES, { namespace }), {
    query,
    signal,
  });
  const slices = items.map(viewEndpointSlice).filter((slice) => slice !== undefined);
  if (!endpointsOf(slices, name).some((endpoint) => endpoint.ready && endpoint.slot === slot)) return;
  throw new StaleViewError(`no endpoint of ${revision} to be left`, `slot ${slot} still listed as ready`);
};
