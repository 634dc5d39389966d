import { GROUP, MAX_NAME_LENGTH, VERSION } from './names.ts';
import type { Definition, PrinterColumn } from './schema/definition.ts';
import { specSchema } from './schema/spec.ts';
import { statusSchema } from './schema/status.ts';
import type { Schema } from './schema/structural.ts';

/** Plural of the resource, as it stands in API paths. */
export const PLURAL = 'bluegreens';

const columns: PrinterColumn[] = [
  { name: 'Active', type: 'string', jsonPath: '.status.active', description: 'The revision that serves.' },
  { name: 'Target', type: 'string', jsonPath: '.status.target', description: 'The revision that is asked for.' },
  { name: 'Step', type: 'string', jsonPath: '.status.step.name', description: 'Where the release stands.' },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Waiting for', type: 'string', jsonPath: '.status.step.waitingFor', priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

const schema: Schema = {
  type: 'object',
  description: 'One service whose every change, of code or config, goes live as one immutable release.',
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: specSchema,
    status: statusSchema,
  },
  'x-kubernetes-validations': [
    {
      rule: `size(self.metadata.name) <= ${MAX_NAME_LENGTH}`,
      message: `the name must have at most ${MAX_NAME_LENGTH} characters, because the names of pods are built from it: shorten metadata.name`,
    },
    {
      rule: "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
      message:
        'the name must have lower-case letters, digits and - only, start with a letter and end with a letter or digit: change metadata.name',
    },
  ],
};

/** The definition of BlueGreen: the one source of the CRD file, of validation and of defaults. */
export const blueGreenDefinition: Definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${PLURAL}.${GROUP}` },
  spec: {
    group: GROUP,
    names: {
      kind: 'BlueGreen',
      listKind: 'BlueGreenList',
      plural: PLURAL,
      singular: 'bluegreen',
      shortNames: ['bg'],
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
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        },
      },
    ],
  },
};
