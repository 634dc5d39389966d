/** What is needed to address a kind of Kubernetes object over HTTP. */
export interface Resource {
  /** The API group; empty for the core group. */
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
}

/** Where in a resource: nothing means the whole collection in all namespaces. */
export interface ResourceLocation {
  namespace?: string | undefined;
  name?: string | undefined;
  subresource?: string | undefined;
}

/** The `apiVersion` of a resource's objects. */
export const apiVersionOf = (resource: Resource): string =>
  resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;

/** The path of a collection, an object or a subresource on the API server. */
export const resourcePath = (resource: Resource, at: ResourceLocation): string => {
  const root = resource.group === '' ? '/api' : '/apis';
  const parts = [root, apiVersionOf(resource)];
  if (resource.namespaced && at.namespace !== undefined) parts.push('namespaces', encodeURIComponent(at.namespace));
  parts.push(resource.plural);
  if (at.name !== undefined) parts.push(encodeURIComponent(at.name));
  if (at.subresource !== undefined) parts.push(at.subresource);
  return parts.join('/');
};
