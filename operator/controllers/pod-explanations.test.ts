import { expect, test } from '@jest/globals';
import { FakeClock } from '../runtime/testing/fake-clock.ts';
import { PodExplanations, type Waiting } from './pod-explanations.ts';

const waiting = (uid: string, target = 'users-1'): Waiting => ({ uid, slot: 'green', target });

test('when hundreds wait at the same time some are read, and the others are told what was read last', async () => {
  const clock = new FakeClock();
  const explanations = new PodExplanations(clock);
  let reads = 0;
  const ask = async (of: Waiting): Promise<unknown> =>
    await explanations.of(of, async () => {
      reads += 1;
      return [];
    });
  for (let number = 0; number < 500; number += 1) await ask(waiting(`uid-${number}`));
  expect(reads).toBe(50);
  // One of those that were read, one that was not, and one that has moved on since.
  expect(await ask(waiting('uid-0'))).toEqual([]);
  expect(await ask(waiting('uid-499'))).toBeUndefined();
  expect(await ask(waiting('uid-0', 'users-2'))).toBeUndefined();
  explanations.forget('uid-0');
  expect(await ask(waiting('uid-0'))).toBeUndefined();
  await clock.advance(1000);
  expect(await ask(waiting('uid-499'))).toEqual([]);
  expect(reads).toBe(51);
});
