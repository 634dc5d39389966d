import { stripVTControlCharacters } from 'node:util';

/** What stood on a terminal, from a moment on. */
export interface Frame {
  /** Since the first frame. */
  atMs: number;
  /** Lines with their colours, as escape sequences. */
  lines: string[];
}

const COLOURS: Readonly<Record<string, string>> = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '36': '#79c0ff',
  '90': '#8b949e',
};
const BOLD = '1';
const CHARACTER = 7.8;
const LINE = 18;
const MARGIN = 14;

/** A recording of a terminal as an SVG that plays by itself, again and again. */
export const terminalSvg = (frames: readonly Frame[], lastsMs: number, columns: number): string => {
  const rows = Math.max(...frames.map(({ lines }) => lines.length));
  const width = Math.ceil(columns * CHARACTER + 2 * MARGIN);
  const height = rows * LINE + 2 * MARGIN;
  const seconds = lastsMs / 1000;
  const percent = (ms: number): string => `${((100 * ms) / lastsMs).toFixed(2)}%`;
  const rules = frames.map(({ atMs }, index) => {
    const end = frames[index + 1]?.atMs ?? lastsMs;
    const before = atMs === 0 ? '' : `0%{visibility:hidden}`;
    const after = end === lastsMs ? '' : `${percent(end)}{visibility:hidden}`;
    return `@keyframes f${index}{${before}${percent(atMs)}{visibility:visible}${after}}#f${index}{animation:f${index} ${seconds}s steps(1,end) infinite}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#c9d1d9;white-space:pre}g{visibility:hidden}${rules.join('')}</style>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    ...frames.map(({ lines }, index) => `<g id="f${index}">${lines.map((line, row) => text(line, row)).join('')}</g>`),
    '</svg>',
    '',
  ].join('\n');
};

const text = (line: string, row: number): string => {
  if (stripVTControlCharacters(line).trim() === '') return '';
  return `<text x="${MARGIN}" y="${MARGIN + (row + 1) * LINE - 5}" xml:space="preserve">${spans(line)}</text>`;
};

const SGR = new RegExp(`${String.fromCodePoint(27)}\\[(\\d+)m`, 'u');

/** Text between escape sequences; each opens a colour or goes back to none. */
const spans = (line: string): string => {
  const parts = line.split(SGR);
  let style = '';
  return parts
    .map((part, index) => {
      if (index % 2 === 1) {
        const colour = COLOURS[part];
        style = part === BOLD ? ' font-weight="bold"' : colour === undefined ? '' : ` fill="${colour}"`;
        return '';
      }
      if (part === '') return '';
      return style === '' ? escaped(part) : `<tspan${style}>${escaped(part)}</tspan>`;
    })
    .join('');
};

const escaped = (part: string): string => part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
