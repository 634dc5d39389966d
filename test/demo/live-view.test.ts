import { expect, test } from '@jest/globals';
import { fakeTraffic } from './fake-traffic.ts';
import { renderLive } from './live-view.ts';

const traffic = fakeTraffic([
  { keepAlive: { answers: { v1: [10, 990] } }, fresh: { answers: { v1: [10, 990] } } },
  { keepAlive: { answers: { v1: [1010, 1500], v2: [1300, 1990] } }, fresh: { answers: { v2: [1300, 1990] } } },
]);

const records = [
  { act: 'code' as const, from: 'v0', to: 'v1', appliedMs: 0, switchedMs: 500, endedMs: 900, kills: 0 },
  {
    act: 'config' as const,
    from: 'v1',
    to: 'v2',
    appliedMs: 1000,
    kills: 1,
    waitingFor: 'the retire time of slot blue',
  },
];

test('shows rates, shares of revisions and what a release waits for', () => {
  const text = renderLive({ phase: 'releases', traffic, records, acts: 4, serving: 'v2' }, 200).join('\n');
  expect(text).toContain('release 2 of 4   serving: v2');
  expect(text).toMatch(/keep-alive\s+150\/s\s.*v1 67% {2}v2 33%/);
  expect(text).toMatch(/fresh\s+100\/s\s.*v1 50% {2}v2 50%/);
  expect(text).toContain('1  code    v1  switched after 0.50 s');
  expect(text).toContain('2  config  v2  … the retire time of slot blue, operator killed 1 x');
});

test('no line is wider than the terminal', () => {
  const lines = renderLive({ phase: 'releases', traffic, records, acts: 4, serving: 'v2' }, 30);
  expect(lines.every((line) => line.length < 30)).toBe(true);
});
