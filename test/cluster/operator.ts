import { fileURLToPath } from 'node:url';
import { helm } from './command.ts';
import { readEnvironment } from './environment.ts';

/** Where the operator runs, and its release's name. */
export const OPERATOR_NAMESPACE = 'relevo';
export const OPERATOR_RELEASE = 'relevo-operator';

const CHART = fileURLToPath(new URL('../../charts/operator', import.meta.url));

/** Installs the operator, with two replicas as by default, and waits until it is ready. */
export const installOperator = async (signal: AbortSignal): Promise<void> => {
  const { repository, tag } = readEnvironment().images.operator;
  const values = ['--set', `image.repository=${repository}`, '--set', `image.tag=${tag}`, '--set', 'logLevel=debug'];
  const args = ['upgrade', '--install', OPERATOR_RELEASE, CHART, '--namespace', OPERATOR_NAMESPACE];
  await helm([...args, '--create-namespace', '--wait', '--timeout', '120s', ...values], signal);
};
