import type { V1Service } from '@kubernetes/client-node';
import { ANNOTATION_FENCE, FIELD_MANAGER } from '../../api/names.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { SERVICES } from '../resources.ts';
import { viewService } from '../views/service.ts';
import type { ActionContext, ActionOf } from './context.ts';
import { expectReadyPods } from './ready-pods.ts';

/** Points a Service at a revision: its selector is taken over whole, and nothing else of it. */
export const select = async (context: ActionContext, action: ActionOf<'select'>): Promise<void> => {
  const { client, stores, bluegreen, signal } = context;
  const { service, selector, resourceVersion } = action;
  const { namespace } = bluegreen;
  await expectReadyPods(context, action);
  const body = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: service, resourceVersion },
    spec: { selector },
  };
  const options = { fieldManager: FIELD_MANAGER, force: true, signal };
  stores.services.assume(viewService(await client.apply<V1Service>(servicePath(context, service), body, options)));
};

/** Notes on the active Service the last switch that was given up. */
export const fence = async (context: ActionContext, action: ActionOf<'fence'>): Promise<void> => {
  const { client, stores, signal } = context;
  const { service, resourceVersion } = action;
  // Not by apply: the next apply of the selector would take the annotation away.
  const body = { metadata: { resourceVersion, annotations: { [ANNOTATION_FENCE]: action.fence } } };
  const options = { type: 'merge', fieldManager: FIELD_MANAGER, signal } as const;
  stores.services.assume(viewService(await client.patch<V1Service>(servicePath(context, service), body, options)));
};

const servicePath = ({ bluegreen: { namespace } }: ActionContext, name: string): string =>
  resourcePath(SERVICES, { namespace, name });
