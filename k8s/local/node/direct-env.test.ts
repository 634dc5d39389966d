import { expect, test } from '@jest/globals';
import { directEnv } from './direct-env.ts';
import { shellLine } from '../commands/shell-line.ts';

test('the node is not asked for through a proxy, and what was direct before stays so', () => {
  const env = directEnv({ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'localhost' });
  expect(env['NO_PROXY']).toMatch(/^localhost,172\.31\.250\.0\/24,/);
  expect(env['no_proxy']).toBe(env['NO_PROXY']);
});

test('the line for a shell speaks of the proxy only where there is one', () => {
  expect(shellLine('/t', '/k', {})).toBe('export PATH=/t:"$PATH" KUBECONFIG=/k');
  expect(shellLine('/t', '/k', { https_proxy: 'http://proxy.example' })).toContain(
    'NO_PROXY="$NO_PROXY,172.31.250.0/24',
  );
});
