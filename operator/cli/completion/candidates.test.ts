import { expect, test } from '@jest/globals';
import { COMMANDS } from '../commands.ts';
import { completionOf } from './candidates.ts';

const valuesOf = (...words: string[]): string[] | string => {
  const found = completionOf(COMMANDS, words);
  return found.kind === 'candidates' ? found.candidates.map(({ value }) => value) : found.kind;
};

test.each<[string[], string[] | string]>([
  [['pr'], ['promote']],
  [['re'], ['retry', 'resume', 'release']],
  [['status', '--w'], ['--watch']],
  [
    ['status', 'web', '-o', ''],
    ['text', 'json', 'yaml'],
  ],
  [['wait', '--for', 'A'], ['AwaitingPromotion']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['status', '--context', ''], 'contexts'],
  [['status', '--kubeconfig', ''], 'files'],
  [['status', 'web', ''], []],
  [['nonsense', ''], []],
  [['list', ''], []],
])('%j', (words, expected) => {
  expect(valuesOf(...words)).toEqual(expected);
});

test('names come from the cluster', () => {
  expect(completionOf(COMMANDS, ['status', ''])).toEqual({ kind: 'cluster', what: 'blueGreens' });
  expect(completionOf(COMMANDS, ['status', '-n', 'sh'])).toEqual({ kind: 'cluster', what: 'namespaces' });
  // A flag's value is no argument.
  expect(completionOf(COMMANDS, ['promote', '-n', 'shop', '--dry-run', 'web', ''])).toEqual({
    kind: 'cluster',
    what: 'revisions',
    blueGreen: 'web',
  });
  expect(completionOf(COMMANDS, ['rollback', 'web', '--to', ''])).toEqual({ kind: 'cluster', what: 'revisions' });
});
