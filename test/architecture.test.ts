import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { readImports, type Import } from './imports.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The rooms of design.md, section 2, and what each may import besides itself. Whatever is not named may not be. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'services/chassis': [],
  'services/*': ['services/chassis'],
  'operator/api': [],
  'operator/plan': ['operator/api'],
  'operator/runtime': [],
  'operator/checks': ['operator/api'],
  'operator/controllers': ['operator/plan', 'operator/api', 'operator/runtime', 'operator/checks'],
  // Of the controllers: the kinds of objects, and the words for what keeps a pod.
  'operator/cli': ['operator/controllers', 'operator/api', 'operator/runtime'],
  // The programs themselves: main.ts and build.ts.
  operator: ['operator/controllers', 'operator/runtime', 'operator/api', 'operator/plan'],
  'k8s/local': [],
  test: ['k8s/local', 'operator', 'operator/*', 'services/*', 'services/chassis'],
};

/** Rooms that decide and never act: no file, no network, no process, no clock of their own, no client library. */
const PURE = new Set(['operator/api', 'operator/plan']);
/** Programs of a pure room that a person runs, not code that others import. */
const PROGRAMS = new Set(['operator/api/generate.ts']);
const PURE_MODULES = new Set(['node:crypto', 'node:util']);
/** Where a Kubernetes client may exist as a value. */
const CLIENT_ROOMS = new Set([
  'operator/runtime',
  'operator/controllers',
  'operator/cli',
  'operator',
  'k8s/local',
  'test',
]);

const roomOf = (file: string): string => {
  const [first = '', second = ''] = file.split('/');
  if (first === 'test') return 'test';
  if (first === 'services' && second !== 'chassis') return `services/${second}`;
  return second.endsWith('.ts') ? first : `${first}/${second}`;
};

const matches = (room: string, pattern: string): boolean =>
  pattern === room || (pattern.endsWith('/*') && dirname(room) === pattern.slice(0, -2));

const rule = (room: string): readonly string[] | undefined =>
  ARROWS[room] ?? (room.startsWith('services/') ? ARROWS['services/*'] : undefined);

const sources = ['services', 'operator', 'k8s', 'test']
  .flatMap((top) => readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' }).map((file) => join(top, file)))
  .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
  .map((file) => ({ file, room: roomOf(file), imports: readImports(readFileSync(join(ROOT, file), 'utf8')) }));

const resolve = (file: string, { from }: Import): string => relative(ROOT, join(ROOT, dirname(file), from));

/** Tests, and the model of Kubernetes that those of plan run in. */
const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.startsWith('operator/plan/model/');

describe('arrows', () => {
  test('every source file is in a known room', () => {
    expect(sources.filter(({ room }) => rule(room) === undefined).map(({ file }) => file)).toEqual([]);
    expect(sources.length).toBeGreaterThan(20);
  });

  test('a room imports only what its arrows point to', () => {
    const wrong = sources.flatMap(({ file, room, imports }) =>
      imports
        .filter(({ from }) => from.startsWith('.'))
        .map((entry) => resolve(file, entry))
        // Its own name and version.
        .filter((target) => target !== 'package.json')
        .filter((target) => {
          const to = roomOf(target);
          return to !== room && !(rule(room) ?? []).some((pattern) => matches(to, pattern));
        })
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('relative imports name the source file', () => {
    const wrong = sources.flatMap(({ file, imports }) =>
      imports
        .filter(({ from }) => from.startsWith('.') && !/\.(ts|mjs|json)$/.test(from))
        .map(({ from }) => `${file} imports ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  test('rooms that decide import nothing that acts', () => {
    const wrong = sources
      .filter(({ file, room }) => PURE.has(room) && !isTest(file) && !PROGRAMS.has(file))
      .flatMap(({ file, imports }) =>
        imports
          .filter(({ from, typeOnly }) => from.startsWith('node:') && !typeOnly && !PURE_MODULES.has(from))
          .map(({ from }) => `${file} imports ${from}`),
      );
    expect(wrong).toEqual([]);
  });

  test('a Kubernetes client is a value only where requests are made', () => {
    const wrong = sources
      .filter(({ room }) => !CLIENT_ROOMS.has(room))
      .flatMap(({ file, imports }) =>
        imports
          .filter(({ from, typeOnly }) => from.startsWith('@kubernetes/client-node') && !typeOnly)
          .map(({ from }) => `${file} imports ${from}`),
      );
    expect(wrong).toEqual([]);
  });

  test('plan reads no clock and draws no lots', () => {
    const wrong = sources
      .filter(({ file, room }) => room === 'operator/plan' && !isTest(file))
      .filter(({ file }) =>
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\./.test(readFileSync(join(ROOT, file), 'utf8')),
      )
      .map(({ file }) => file);
    expect(wrong).toEqual([]);
  });
});
