import type { Cause } from '../evidence.ts';
import { stalledReason } from '../evidence.ts';
import { stuck } from '../finding.ts';

/** A Service that the spec names does not exist. */
export const missingService: Cause = (evidence) => {
  const { blueGreen, services, unreadable } = evidence;
  if (stalledReason(evidence) !== 'InvalidReference' || unreadable.includes('services')) return [];
  const { active, preview } = blueGreen.spec.services;
  const { namespace } = blueGreen.metadata;
  const missing = [
    ...(services.active === undefined ? [[active, 'active']] : []),
    ...(preview !== undefined && services.preview === undefined ? [[preview, 'preview']] : []),
  ];
  return missing.map(([name, role]) =>
    stuck(
      'MissingService',
      `Service ${name} (spec.services.${role}) does not exist in namespace ${namespace}`,
      [],
      [
        `Make it, with ports and without a selector; the operator writes the selector: kubectl create service clusterip ${name} -n ${namespace} --tcp=80:http`,
        `Or name another one in spec.services.${role}`,
      ],
    ),
  );
};
