import { hasProxy } from '../node/direct-env.ts';
import { NODE_RANGES } from '../node/network.ts';

const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The line that puts the matching kubectl and helm on the PATH of one's own shell and points them at the cluster. */
export const shellLine = (toolsDir: string, kubeconfig: string, env: NodeJS.ProcessEnv = process.env): string => {
  const direct = hasProxy(env) ? ` NO_PROXY="$NO_PROXY,${NODE_RANGES.join(',')}"` : '';
  return `export PATH=${quote(toolsDir)}:"$PATH" KUBECONFIG=${quote(kubeconfig)}${direct}`;
};
