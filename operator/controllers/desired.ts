import type { ConfigName } from '../api/references.ts';
import { ABSENT, revisionOf } from '../api/revision.ts';
import type { KnownConfig } from '../api/revision.ts';
import type { Desired } from '../plan/types.ts';
import type { ConfigSources } from './config-sources.ts';
import { governorOf, versionFor } from './rollout/governor.ts';
import type { Stores } from './stores.ts';
import type { CachedBlueGreen } from './views/blue-green.ts';

/**
 * What the spec of a BlueGreen asks for: its template with the present content of its ConfigMaps and Secrets, or, of a
 * ConfigMap that is rolled out, with the version that it was granted.
 */
export const desiredOf = (stores: Stores, configs: ConfigSources, bluegreen: CachedBlueGreen): Desired => {
  const { namespace, name, spec } = bluegreen;
  const present = ({ kind, name: original }: ConfigName): KnownConfig | undefined => {
    const cached = configs[kind]?.store.get(`${namespace}/${original}`);
    return cached?.deleting === true ? undefined : cached;
  };
  const heldBack: string[] = [];
  const revision = revisionOf({
    bluegreen: name,
    template: spec.template,
    released: spec.config,
    readsSecrets: configs.Secret !== undefined,
    config: (of) => {
      const rollout = of.kind === 'ConfigMap' ? governorOf(stores, bluegreen, of.name) : undefined;
      const version = rollout && versionFor(stores, rollout, bluegreen, of.name);
      if (version === undefined) return present(of);
      if (version !== (present(of)?.hash ?? ABSENT)) {
        heldBack.push(`ConfigRollout ${rollout?.name} has not granted the present content of ConfigMap ${of.name} yet`);
      }
      // The rollout has waited for the quiet period already.
      return version === ABSENT ? undefined : { hash: version, seenAt: 0 };
    },
  });
  return heldBack.length === 0 ? revision : { ...revision, heldBack };
};
