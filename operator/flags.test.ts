import { describe, expect, test } from '@jest/globals';
import { FlagError, parseFlags } from './flags.ts';

describe('parseFlags', () => {
  test('has a default for everything', () => {
    expect(parseFlags([])).toEqual({
      help: false,
      watchNamespaces: [],
      secrets: false,
      leaderElectionNamespace: 'relevo',
      identity: undefined,
      managementPort: 9090,
      logLevel: 'info',
      kubeconfig: undefined,
      context: undefined,
    });
  });

  test('reads what the chart writes', () => {
    const args = [
      '--leader-election-namespace=ops',
      '--watch-namespaces=a,b',
      '--secrets',
      '--management-port=0',
      '--log-level=debug',
    ];
    expect(parseFlags(args)).toMatchObject({
      leaderElectionNamespace: 'ops',
      watchNamespaces: ['a', 'b'],
      secrets: true,
      managementPort: 0,
      logLevel: 'debug',
    });
  });

  test.each([
    ['--watch-namespace=a', /--watch-namespace/u],
    ['stray', /stray/u],
    ['--management-port=http', /port from 0 to 65535, found http/u],
    ['--management-port=70000', /found 70000/u],
    ['--log-level=loud', /one of trace, debug.* found loud/u],
    ['--leader-election-namespace=', /--leader-election-namespace/u],
  ])('refuses %s', (argument, message) => {
    expect(() => parseFlags([argument])).toThrow(FlagError);
    expect(() => parseFlags([argument])).toThrow(message);
  });
});
