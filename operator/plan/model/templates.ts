import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { BlueGreenSpec } from '../../api/bluegreen.ts';
import type { Desired } from '../types.ts';

/** The name of the BlueGreen that the model is about. */
export const NAME = 'demo';

/** How the pods of a template behave. */
export interface Template {
  /** Required and optional ConfigMaps that it names. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Steps of the kubelet until a pod is ready; Infinity: never. */
  readonly steps: number;
  /** False: the API server refuses it. */
  readonly admissible: boolean;
}

/** The pod templates that a spec can ask for; their index stands in the script. */
export const TEMPLATES: readonly Template[] = [
  { required: ['a'], optional: [], steps: 1, admissible: true },
  { required: ['a'], optional: ['b'], steps: 1, admissible: true },
  { required: [], optional: ['b'], steps: 3, admissible: true },
  { required: ['a'], optional: [], steps: Infinity, admissible: true },
  { required: [], optional: [], steps: 1, admissible: true },
  { required: ['a'], optional: [], steps: 1, admissible: false },
];

/** The names of all ConfigMaps that people edit. */
export const CONFIGS = ['a', 'b'] as const;

const ANNOTATION_TEMPLATE = 'model/template';

/** A pod template as it stands in `spec.template`. */
export const podTemplate = (id: number): V1PodTemplateSpec => ({
  metadata: { annotations: { [ANNOTATION_TEMPLATE]: String(id) } },
});

/** The index of a pod template. */
export const templateId = (template: V1PodTemplateSpec): number =>
  Number(template.metadata?.annotations?.[ANNOTATION_TEMPLATE]);

/** The template of that index. */
export const templateOf = (id: number): Template => {
  const template = TEMPLATES[id];
  if (template === undefined)
    throw new RangeError(`expected a template from 0 to ${TEMPLATES.length - 1}, found ${id}`);
  return template;
};

/** The template of a revision, which its name tells in the model: `demo-t1a0bx` is template 1, a with content 0, b absent. */
export const templateOfRevision = (revision: string): Template =>
  templateOf(Number(/^demo-t(\d+)/.exec(revision)?.[1] ?? NaN));

/** What a spec asks for, given the content of the ConfigMaps. What it excludes is no part of it. */
export const desiredOf = (
  { template, config: { exclude } }: BlueGreenSpec,
  contentOf: (name: string) => number | undefined,
  configChangedAt: number,
): Desired => {
  const id = templateId(template);
  const required = templateOf(id).required.filter((name) => !exclude.includes(name));
  const optional = templateOf(id).optional.filter((name) => !exclude.includes(name));
  const missing = required
    .filter((name) => contentOf(name) === undefined)
    .map((name) => `ConfigMap ${name} does not exist`);
  const configs = [...required, ...optional].map((original) => {
    const content = contentOf(original);
    return { kind: 'ConfigMap' as const, original, copy: copyName(original, content), exists: content !== undefined };
  });
  const suffix = configs.map(({ original }) => `${original}${contentOf(original) ?? 'x'}`).join('');
  return {
    revision: missing.length > 0 ? undefined : `${NAME}-t${id}${suffix}`,
    configs,
    missing,
    configChangedAt,
  };
};

/** The name of the copy of a ConfigMap's content. */
export const copyName = (original: string, content: number | undefined): string => `${original}-${content ?? 'absent'}`;
