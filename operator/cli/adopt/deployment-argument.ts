import { UsageError } from '../errors.ts';

const KINDS = new Set(['deployment', 'deployments', 'deploy', 'deployment.apps', 'bluegreen', 'bluegreens', 'bg']);

/** `deployment/users`, as kubectl has it, or the name alone. */
export const deploymentNameOf = (argument: string): string => {
  const [first = '', second, ...more] = argument.split('/');
  if (second === undefined) return first;
  if (!KINDS.has(first) || second === '' || more.length > 0) {
    throw new UsageError(`Expected deployment/NAME, found ${argument}`);
  }
  return second;
};
