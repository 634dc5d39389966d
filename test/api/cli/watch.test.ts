import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { connector } from '../../../operator/cli/connect.ts';
import { run } from '../../../operator/cli/run.ts';
import { systemClock } from '../../../operator/runtime/clock.ts';
import { eventually } from '../eventually.ts';
import { scene } from '../scene.ts';

/** A terminal that keeps what stands on it: frames overwrite each other from the top. */
class Screen {
  readonly isTTY = true;
  readonly columns = 100;
  readonly rows = 50;
  frames: string[] = [];

  write(text: string): void {
    this.frames.push(text);
  }

  get text(): string {
    return stripVTControlCharacters(this.frames.findLast((frame) => frame.includes('\n')) ?? '');
  }
}

test(
  'status --watch follows a release in place, counts down, and ends at Ctrl-C',
  scene(async (it) => {
    const { status: first } = await it.release({ image: 'ready:v1' });
    const screen = new Screen();
    const interrupt = new AbortController();
    const shown = (part: string | RegExp): Promise<string> =>
      eventually(
        `the screen to show ${part}`,
        async () => screen.text,
        (text) => (typeof part === 'string' ? text.includes(part) : part.test(text)),
      );
    const args = ['status', 'web', '-w', '--kubeconfig', it.environment.kubeconfigPath, '-n', it.namespace];
    const ended = run(args, {
      stdout: screen,
      stderr: screen,
      environment: {},
      clock: systemClock,
      connect: connector({}),
      signal: interrupt.signal,
    });
    await shown(`blue  serves  ${first.active}`);
    await it.apply({ image: 'ready:v2', soakSeconds: 600 });
    await shown(/Soaking for \d+s, \d+m\d+s left/);
    const before = screen.text;
    await eventually(
      'the countdown to run although nothing changes',
      async () => screen.text,
      (text) => text !== before && text.includes('Soaking'),
    );
    await it.apply({ image: 'ready:v2', retireAfterSeconds: 600 });
    await shown(/green +serves/);
    // Every frame but the first goes back to the top of the one before.
    const pictures = screen.frames.filter((frame) => frame.includes('\n'));
    expect(pictures.length).toBeGreaterThan(3);
    expect(pictures.slice(1).every((frame) => frame.includes('A\r'))).toBe(true);
    interrupt.abort();
    expect(await ended).toBe(130);
    expect(screen.frames.at(-1)).toBe('\u001B[?25h');
  }),
);
