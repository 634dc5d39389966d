import { expect, test } from '@jest/globals';
import { describeProgress, paced, progressOf } from './progress.ts';

test('compiling says how much is left, and counts the linker in', () => {
  const progress = progressOf({
    phase: 'compiling',
    done: 1000,
    total: 2000,
    startedAt: 0,
    phaseStartedAt: 100_000,
    now: 400_000,
  });
  expect(progress).toMatchObject({ elapsedSeconds: 400, remainingSeconds: 360 });
  expect(describeProgress(progress)).toBe('tools: compiling, 1000 of 2000 packages (7 min so far, about 6 min to go)');
});

test('the first few packages are no ground for a guess', () => {
  const input = { phase: 'compiling', done: 3, total: 2000, startedAt: 0, phaseStartedAt: 0, now: 9000 } as const;
  expect(describeProgress(progressOf(input))).toBe('tools: compiling, 3 of 2000 packages (9 s so far)');
});

test('the end of a download is not guessed: what is there already is not counted', () => {
  const input = { phase: 'downloading', done: 80, total: 400, startedAt: 0, phaseStartedAt: 0, now: 9000 } as const;
  expect(describeProgress(progressOf(input))).toBe('tools: downloading Go modules, 80 of at most 400 (9 s so far)');
});

test('a person is told of each phase at once, and else now and then', () => {
  const lines: string[] = [];
  let now = 0;
  const tell = paced(
    (line) => lines.push(line),
    () => now,
    5000,
  );
  const at = (ms: number, phase: 'compiling' | 'linking', done: number) => {
    now = ms;
    tell({ phase, done, total: 10, elapsedSeconds: ms / 1000 });
  };
  at(0, 'compiling', 1);
  at(1000, 'compiling', 2);
  at(5000, 'compiling', 3);
  at(5500, 'linking', 1);
  expect(lines.map((line) => line.replace(/ \(.*/, ''))).toEqual([
    'tools: compiling, 1 of 10 packages',
    'tools: compiling, 3 of 10 packages',
    'tools: linking, 1 of 10 programs',
  ]);
});
