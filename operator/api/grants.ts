import type { ConfigRolloutStatus, Grant } from './configrollout.ts';

/** The kinds of objects that can be consumers of a ConfigRollout. */
export type ConsumerKind = 'BlueGreen' | 'Deployment' | 'StatefulSet';

/** How status names a consumer: `BlueGreen/web`. */
export const consumerId = (kind: ConsumerKind, name: string): string => `${kind}/${name}`;

/** The kind and the name in a consumer's id. */
export const parseConsumer = (id: string): { kind: string; name: string } => {
  const slash = id.indexOf('/');
  return { kind: id.slice(0, slash), name: id.slice(slash + 1) };
};

/** The version that a consumer may use; undefined when the rollout has not met it yet. */
export const grantedVersion = (status: Pick<ConfigRolloutStatus, 'granted'>, id: string): string | undefined =>
  status.granted.find(({ consumers }) => consumers.includes(id))?.version;

/** Grants as a map from consumer to version. */
export const versionsByConsumer = (granted: readonly Grant[]): Map<string, string> =>
  new Map(granted.flatMap(({ version, consumers }) => consumers.map((id): [string, string] => [id, version])));

/** A map from consumer to version as status says it: in one order, whatever the order of the map. */
export const toGrants = (versions: ReadonlyMap<string, string>): Grant[] =>
  [...Map.groupBy(versions, ([, version]) => version)]
    .map(([version, entries]) => ({ version, consumers: entries.map(([id]) => id).toSorted() }))
    .toSorted((left, right) => (left.version < right.version ? -1 : 1));
