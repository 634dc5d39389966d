import { GROUP, VERSION } from './names.ts';
import type { Definition, PrinterColumn } from './schema/definition.ts';
import { rolloutSpecSchema } from './schema/rollout-spec.ts';
import { rolloutStatusSchema } from './schema/rollout-status.ts';
import type { Schema } from './schema/structural.ts';

/** Plural of the resource, as it stands in API paths. */
export const ROLLOUT_PLURAL = 'configrollouts';

const columns: PrinterColumn[] = [
  { name: 'Source', type: 'string', jsonPath: '.spec.source.configMap', description: 'The shared ConfigMap.' },
  { name: 'Current', type: 'string', jsonPath: '.status.current', description: 'The version that all had last.' },
  { name: 'Target', type: 'string', jsonPath: '.status.target', description: 'The version that all shall have.' },
  { name: 'Step', type: 'string', jsonPath: '.status.step.name', description: 'Where the rollout stands.' },
  {
    name: 'Updated',
    type: 'integer',
    jsonPath: '.status.consumers.updated',
    description: 'Consumers given the target.',
  },
  { name: 'Of', type: 'integer', jsonPath: '.status.consumers.total', description: 'All consumers.' },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Waiting for', type: 'string', jsonPath: '.status.step.waitingFor', priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

const schema: Schema = {
  type: 'object',
  description: 'A ConfigMap that many share, and whose every change reaches them wave by wave.',
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: rolloutSpecSchema,
    status: rolloutStatusSchema,
  },
  'x-kubernetes-validations': [
    {
      rule: 'oldSelf.spec.source.configMap == self.spec.source.configMap',
      message: 'spec.source.configMap cannot be changed: make another ConfigRollout for another ConfigMap',
    },
  ],
};

/** The definition of ConfigRollout: the one source of the CRD file, of validation and of defaults. */
export const configRolloutDefinition: Definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${ROLLOUT_PLURAL}.${GROUP}` },
  spec: {
    group: GROUP,
    names: {
      kind: 'ConfigRollout',
      listKind: 'ConfigRolloutList',
      plural: ROLLOUT_PLURAL,
      singular: 'configrollout',
      shortNames: ['cro'],
      categories: ['all'],
    },
    scope: 'Namespaced',
    versions: [
      {
        name: VERSION,
        served: true,
        storage: true,
        additionalPrinterColumns: columns,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {} },
      },
    ],
  },
};
