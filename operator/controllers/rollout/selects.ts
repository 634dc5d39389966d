import type { V1LabelSelector, V1LabelSelectorRequirement } from '@kubernetes/client-node';

/** Whether a label selector matches; an empty one matches everything. */
export const selects = (
  { matchLabels = {}, matchExpressions = [] }: V1LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every((requirement) => meets(requirement, labels));

const meets = (
  { key, operator, values = [] }: V1LabelSelectorRequirement,
  labels: Readonly<Record<string, string>>,
): boolean => {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
};
