import { expect, test } from '@jest/globals';
import { readProgress } from './bluegreen-ready.ts';

const line = (generation: number, status: object) => `${generation} ${JSON.stringify(status)}`;
const ready = [{ type: 'Ready', status: 'True' }];

test('a Ready status of the present generation is live', () => {
  const status = { observedGeneration: 2, active: 'users-1', conditions: ready };
  expect(readProgress(line(2, status))).toEqual({ live: 'users-1' });
});

test('a Ready status of an earlier generation is not', () => {
  const status = { observedGeneration: 1, active: 'users-1', conditions: ready, step: { name: 'Stable' } };
  expect(readProgress(line(2, status))).toEqual({ sentence: 'Stable' });
});

test('what it waits for is said', () => {
  const status = { observedGeneration: 1, step: { name: 'Filling', waitingFor: '1 of 2 pods is ready' } };
  expect(readProgress(line(1, status))).toEqual({ sentence: 'Filling: 1 of 2 pods is ready' });
});

test('an object that the operator has not seen has no status', () => {
  expect(readProgress('1 ')).toEqual({ sentence: 'waiting for the operator to see it' });
});
