import type { V1PolicyRule } from '@kubernetes/client-node';

/** One thing that may be done to one kind of object. */
export interface Permission {
  verb: string;
  /** Empty for the core group. */
  group: string;
  /** With its subresource: `bluegreens/status`. */
  resource: string;
  /** Only the object of that name. */
  name?: string | undefined;
}

/** The permission in words: `patch deployments.apps`, `get leases.coordination.k8s.io named relevo-operator`. */
export const inWords = ({ verb, group, resource, name }: Permission): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` named ${name}`}`;

/** What rules allow, one permission each. */
export const permissionsIn = (rules: readonly V1PolicyRule[]): Permission[] =>
  rules.flatMap(({ apiGroups = [], resources = [], resourceNames, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          resourceNames === undefined
            ? [{ verb, group, resource }]
            : resourceNames.map((name) => ({ verb, group, resource, name })),
        ),
      ),
    ),
  );

/** Whether the permission allows what is asked. Rules that use wildcards are not understood: no chart of ours has one. */
export const allows = (permission: Permission, asked: Permission): boolean =>
  permission.verb === asked.verb &&
  permission.group === asked.group &&
  permission.resource === asked.resource &&
  (permission.name === undefined || permission.name === asked.name);

/** The permissions that nothing asked for has needed, in words. */
export const unused = (granted: readonly Permission[], asked: readonly Permission[]): string[] =>
  granted.filter((permission) => !asked.some((request) => allows(permission, request))).map(inWords);
