import { expect, test } from '@jest/globals';
import { isDebian } from './packages.ts';
import { checkRights } from './system.ts';

test('root on Linux may run a node', () => {
  expect(() => checkRights('linux', 0)).not.toThrow();
});

test('others are told how to become it, or to use another cluster', () => {
  expect(() => checkRights('linux', 1000)).toThrow(/user id 1000.*sudo.*--context NAME/);
  expect(() => checkRights('darwin', 0)).toThrow(/Expected Linux.*found darwin.*--context NAME/);
});

test('Debian and its children are known by os-release', () => {
  expect(isDebian('NAME="Debian GNU/Linux"\nID=debian\n')).toBe(true);
  expect(isDebian('ID=pop\nID_LIKE="ubuntu debian"\n')).toBe(true);
  expect(isDebian('ID=fedora\nHOME_URL="https://debian.example"\n')).toBe(false);
});
