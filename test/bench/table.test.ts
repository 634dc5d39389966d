import { expect, test } from '@jest/globals';
import { table } from './table.ts';

test('columns line up', () => {
  const rows = [
    ['what', 'MB'],
    ['at rest', '41.0'],
    ['with 1,000', '120.5'],
  ];
  expect(table(rows)).toBe('what           MB\nat rest      41.0\nwith 1,000  120.5');
});
