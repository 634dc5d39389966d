import type { ApiClient } from '../../../operator/runtime/client.ts';
import { inWords, type Permission } from './permission.ts';

interface ResourceList {
  resources: { name: string; verbs: string[] }[];
}

/** Verbs that RBAC knows and discovery does not tell of. */
const SPECIAL: readonly Permission[] = [
  ...['bind', 'escalate'].flatMap((verb) =>
    ['roles', 'clusterroles'].map((resource) => ({ verb, group: 'rbac.authorization.k8s.io', resource })),
  ),
  ...['users', 'groups', 'serviceaccounts'].map((resource) => ({ verb: 'impersonate', group: '', resource })),
  ...['approve', 'sign'].map((verb) => ({ verb, group: 'certificates.k8s.io', resource: 'signers' })),
];

/** All that could be done to anything that the API server knows: whatever is not granted is a neighbour. */
export const everythingPossible = async (client: ApiClient, signal: AbortSignal): Promise<Permission[]> => {
  const { groups } = await client.get<{ groups: { name: string; preferredVersion: { groupVersion: string } }[] }>(
    '/apis',
    { signal },
  );
  const places = [
    { group: '', path: '/api/v1' },
    ...groups.map(({ name, preferredVersion }) => ({ group: name, path: `/apis/${preferredVersion.groupVersion}` })),
  ];
  const lists = await Promise.all(
    places.map(async ({ group, path }) => {
      const { resources } = await client.get<ResourceList>(path, { signal });
      return resources.flatMap(({ name: resource, verbs }) => verbs.map((verb) => ({ verb, group, resource })));
    }),
  );
  // Asked for by the admission plugin OwnerReferencesPermissionEnforcement, of whatever can own something.
  const owners = lists.flat().filter(({ verb, resource }) => verb === 'get' && !resource.includes('/'));
  const finalizers = owners.map(({ group, resource }) => ({
    verb: 'update',
    group,
    resource: `${resource}/finalizers`,
  }));
  return [...lists.flat(), ...finalizers, ...SPECIAL];
};

/** Every signed-in user may ask about itself (the cluster role system:basic-user). */
const isAboutItself = ({ group, resource }: Permission): boolean =>
  (group === 'authorization.k8s.io' || group === 'authentication.k8s.io') && resource.startsWith('self');

/** What of that the client's user may do in a namespace (without one: in the whole cluster), in words. */
export const allowedOf = async (
  client: ApiClient,
  asked: readonly Permission[],
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<string[]> => {
  const allowed: string[] = [];
  for (const permission of asked) {
    if (!isAboutItself(permission) && (await isAllowed(client, permission, namespace, signal))) {
      allowed.push(inWords(permission));
    }
  }
  return allowed;
};

const isAllowed = async (
  client: ApiClient,
  { verb, group, resource: path, name }: Permission,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<boolean> => {
  const [resource, subresource] = path.split('/');
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb, group, resource, subresource, name, namespace } },
  };
  const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const { status } = await client.create<{ status: { allowed: boolean } }>(reviews, review, { signal });
  return status.allowed;
};
