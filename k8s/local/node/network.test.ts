import { expect, test } from '@jest/globals';
import { freeAddresses } from './network.ts';

test('the first block is taken when nothing is in use', () => {
  expect(freeAddresses([])).toEqual({ host: '172.31.250.1', node: '172.31.250.2' });
});

test('a block that another link has is passed over', () => {
  expect(freeAddresses(['172.31.250.1/30'])).toEqual({ host: '172.31.250.5', node: '172.31.250.6' });
  expect(freeAddresses(['172.31.250.2', '172.31.250.6/32'])?.host).toBe('172.31.250.9');
});

test('a wide network of the machine rules out a whole range', () => {
  expect(freeAddresses(['172.31.240.0/20'])?.host).toBe('10.213.250.1');
});

test('the block used before is kept if it is still free', () => {
  const before = { host: '172.31.250.41', node: '172.31.250.42' };
  expect(freeAddresses([], before)).toEqual(before);
  expect(freeAddresses(['172.31.250.40/30'], before)?.host).toBe('172.31.250.1');
});

test('nothing is given when everything is in use', () => {
  expect(freeAddresses(['172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16'])).toBeUndefined();
});
