import type { Schema } from './structural.ts';
import { listOf, mapOf, openObject, text } from './structural.ts';
import { GROUP } from '../names.ts';

/** The API server never stores an object above 1.5 MiB; this bound only lets it estimate what a rule can cost. */
const MAX_ENTRIES = 256;

const reserved = (what: 'label' | 'annotation', map: 'labels' | 'annotations') => ({
  rule: `!has(self.${map}) || !self.${map}.exists(key, key.startsWith('${GROUP}/'))`,
  message: `must not set a ${what} that starts with ${GROUP}/: Relevo sets these itself; leave it out`,
  fieldPath: `.${map}`,
});

const metadata: Schema = openObject(
  {
    labels: mapOf(text({ maxLength: 63 }), { maxProperties: MAX_ENTRIES }),
    annotations: mapOf(text(), { maxProperties: MAX_ENTRIES }),
  },
  {
    description: 'Labels and annotations of the pods. Relevo adds its own.',
    'x-kubernetes-validations': [reserved('label', 'labels'), reserved('annotation', 'annotations')],
  },
);

const containers: Schema = listOf(openObject({ name: text({ minLength: 1, maxLength: 63 }) }, { required: ['name'] }), {
  description: 'As in every pod. The whole template is checked by a dry run before anything changes.',
  maxItems: MAX_ENTRIES,
  // A map, so that a pipeline can apply the image of one container and leave the others to their owner.
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
});

/** `spec.template`: a PodTemplateSpec. Only what a rule needs is declared; every other field is kept as written. */
export const templateSchema: Schema = {
  type: 'object',
  description: 'The pods of a release, written as in a Deployment (a PodTemplateSpec).',
  required: ['spec'],
  properties: {
    metadata,
    spec: openObject(
      { containers },
      {
        description: 'As in every pod (a PodSpec).',
        'x-kubernetes-validations': [
          {
            rule: 'has(self.containers) && size(self.containers) > 0',
            message: 'must have at least one container: write spec.template.spec.containers with a name and an image',
          },
        ],
      },
    ),
    selector: openObject(
      {},
      {
        description: 'Not allowed: Relevo selects its pods by labels of its own.',
        'x-kubernetes-validations': [
          {
            rule: 'false',
            message: 'must not be set: Relevo selects its pods by labels of its own; leave spec.template.selector out',
          },
        ],
      },
    ),
  },
};
