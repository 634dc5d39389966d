import { expect, test } from '@jest/globals';
import { ApiError, ConnectionError } from '../../operator/runtime/errors.ts';
import { retryWhileAway } from './retry-while-away.ts';

const { signal } = new AbortController();

/** Fails with one error after the other, then succeeds. */
const failing = (...errors: Error[]) => {
  const left = [...errors];
  return async (): Promise<string> => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return `${left.length} left`;
  };
};

test('a request gets through when the API server is back', async () => {
  const away = new ConnectionError('GET /', new Error('refused'));
  const starting = new ApiError(503, {}, 'GET /');
  expect(await retryWhileAway(failing(away, starting), signal)).toBe('0 left');
});

test('what the API server refuses is not asked again', async () => {
  const refused = new ApiError(422, { message: 'no such field' }, 'PATCH /');
  await expect(retryWhileAway(failing(refused), signal)).rejects.toBe(refused);
});
