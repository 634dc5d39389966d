import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for what can be made again, shared by all checkouts. A path that is not absolute does not count
 * (https://specifications.freedesktop.org/basedir-spec).
 */
export const cacheDir = (env: NodeJS.ProcessEnv, name: string): string => {
  const xdg = env['XDG_CACHE_HOME'];
  return join(xdg?.startsWith('/') === true ? xdg : join(homedir(), '.cache'), 'relevo', name);
};
