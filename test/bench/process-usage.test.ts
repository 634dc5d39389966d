import { expect, test } from '@jest/globals';
import { parseUsage, readUsage } from './process-usage.ts';

test('memory and processor time are read, whatever the program is called', () => {
  const status = 'Name:\tnode\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n';
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 5 6 7 8 150 50 0 0 20 0 11 0 99';
  expect(parseUsage(status, stat)).toEqual({ rss: 1_048_576, peakRss: 2_097_152, cpuSeconds: 2 });
});

test('this process uses memory and time', async () => {
  const { rss, peakRss, cpuSeconds } = await readUsage(process.pid);
  expect(rss).toBeGreaterThan(1_000_000);
  expect(peakRss).toBeGreaterThanOrEqual(rss);
  expect(cpuSeconds).toBeGreaterThan(0);
});
