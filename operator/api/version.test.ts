import { expect, test } from '@jest/globals';
import { copyName } from './revision.ts';
import { versionAmong, versionOfCopy } from './version.ts';

const VERSION = '0123456789';

test.each([
  ['settings', `settings-${VERSION}`, VERSION],
  ['settings', `settings-more-${VERSION}`, undefined],
  ['settings', 'settings-production', undefined],
  ['settings', 'settings', undefined],
  ['settings', `other-${VERSION}`, undefined],
])('of %s, %s holds the version %s', (original, copy, version) => {
  expect(versionOfCopy(original, copy)).toBe(version);
});

test('a name that had to be shortened is known as well', () => {
  const original = 'a'.repeat(250);
  expect(versionOfCopy(original, copyName(original, VERSION))).toBe(VERSION);
  expect(versionOfCopy('a'.repeat(249), copyName(original, VERSION))).toBeUndefined();
});

test('a release without a copy of it has none', () => {
  expect(versionAmong('settings', [`prices-${VERSION}`, `settings-${VERSION}`])).toBe(VERSION);
  expect(versionAmong('settings', [`prices-${VERSION}`])).toBe('absent');
});
