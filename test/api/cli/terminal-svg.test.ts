import { expect, test } from '@jest/globals';
import { terminalSvg } from './terminal-svg.ts';

const ESCAPE = String.fromCodePoint(27);

test('a recording shows each frame in its time, with its colours', () => {
  const frames = [
    { atMs: 0, lines: ['one', `a ${ESCAPE}[32mgood${ESCAPE}[39m <end>`] },
    { atMs: 1000, lines: ['two'] },
  ];
  const svg = terminalSvg(frames, 4000, 80);
  expect(svg).toContain('@keyframes f0{0.00%{visibility:visible}25.00%{visibility:hidden}}');
  expect(svg).toContain('@keyframes f1{0%{visibility:hidden}25.00%{visibility:visible}}');
  expect(svg).toContain('>a <tspan fill="#7ee787">good</tspan> &lt;end&gt;</text>');
  expect(svg).not.toContain(ESCAPE);
});
