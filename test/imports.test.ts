import { expect, test } from '@jest/globals';
import { readImports } from './imports.ts';

test('all forms of imports are read, and types told from values', () => {
  const source = `
import { a, b } from './ab.ts';
import type { C } from './c.ts';
import d, { type E } from './de.ts';
import { type F, type G } from './fg.ts';
import './effect.ts';
export { h } from './h.ts';
export * from './star.ts';
import {
  i,
} from './i.ts';
const j = await import('./j.ts');
const text = 'from';
`;
  expect(readImports(source)).toEqual([
    { from: './ab.ts', typeOnly: false },
    { from: './c.ts', typeOnly: true },
    { from: './de.ts', typeOnly: false },
    { from: './fg.ts', typeOnly: true },
    { from: './effect.ts', typeOnly: false },
    { from: './h.ts', typeOnly: false },
    { from: './star.ts', typeOnly: false },
    { from: './i.ts', typeOnly: false },
    { from: './j.ts', typeOnly: false },
  ]);
});
