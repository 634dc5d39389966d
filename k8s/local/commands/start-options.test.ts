import { expect, test } from '@jest/globals';
import { readStartOptions } from './start-options.ts';

test('no arguments mean the local node with everything in it', () => {
  expect(readStartOptions([])).toEqual({ help: false, nodeOnly: false });
});

test('a context with a registry is read', () => {
  const args = ['--context', 'staging', '--registry', 'registry.example.com:5000/team/relevo', '--builder', 'docker'];
  expect(readStartOptions(args)).toMatchObject({
    context: 'staging',
    registry: 'registry.example.com:5000/team/relevo',
    builder: 'docker',
  });
});

test.each([
  [['--bogus'], "Unknown option '--bogus'"],
  [['something'], "Unexpected argument 'something'"],
  [['--context'], "'--context <value>' argument missing"],
  [['--context='], 'Expected a value for --context'],
  [['--registry', 'example.com/x'], 'only together with --context'],
  [['--context', 'a', '--registry', 'https://example.com/x'], 'without a scheme'],
  [['--context', 'a', '--node-only'], 'Expected --node-only or --context'],
  [['--builder', 'podman'], 'Expected buildah or docker for --builder, found "podman"'],
])('%j is refused with what to write', (args, message) => {
  expect(() => readStartOptions(args)).toThrow(message);
});
