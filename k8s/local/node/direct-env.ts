import { NODE_RANGES } from './network.ts';

/** The environment with the local nodes' addresses taken out of what a proxy is asked for. */
export const directEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const before = env['NO_PROXY'] ?? env['no_proxy'];
  const direct = [before, ...NODE_RANGES].filter((entry) => entry !== undefined && entry !== '').join(',');
  return { ...env, NO_PROXY: direct, no_proxy: direct };
};

/** Whether some programs would ask a proxy for HTTPS addresses. */
export const hasProxy = (env: NodeJS.ProcessEnv): boolean =>
  ['HTTPS_PROXY', 'https_proxy'].some((name) => (env[name] ?? '') !== '');
