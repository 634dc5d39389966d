import { expect, test } from '@jest/globals';
import { CHECKOUT, instanceOf } from './instance.ts';

const make = (name: string, env: NodeJS.ProcessEnv = {}, checkout = CHECKOUT) => instanceOf({ name, checkout, env });

test('another name, checkout or state folder is another node', () => {
  const ids = [
    make('main'),
    make('test'),
    make('main', {}, '/tmp'),
    make('main', { RELEVO_STATE_DIR: '/var/tmp/a' }),
    make('main', { RELEVO_STATE_DIR: '/var/tmp/b' }),
  ].map(({ id }) => id);
  expect(new Set(ids).size).toBe(5);
  expect(make('main').id).toBe(ids[0]);
});

test('names of links fit the kernel', () => {
  const { links } = make('main');
  for (const name of [links.host, links.node]) expect(name.length).toBeLessThanOrEqual(15);
});

test('the state folder is RELEVO_STATE_DIR, XDG_STATE_HOME or below the home folder, in this order', () => {
  const both = { RELEVO_STATE_DIR: '/var/tmp/own', XDG_STATE_HOME: '/var/tmp/xdg' };
  expect(make('main', both).stateDir).toMatch(/^\/var\/tmp\/own\//);
  expect(make('main', { ...both, RELEVO_STATE_DIR: '' }).stateDir).toMatch(/^\/var\/tmp\/xdg\/relevo\//);
  expect(make('main').stateDir).toContain('/.local/state/relevo/');
});

test('a path too long for sockets, or in memory, is refused with what to set', () => {
  expect(() => make('main', { RELEVO_STATE_DIR: `/var/tmp/${'x'.repeat(60)}` })).toThrow(
    /at most \d+ bytes.*set RELEVO_STATE_DIR/,
  );
  expect(() => make('main', { RELEVO_STATE_DIR: '/run/relevo' })).toThrow(
    /on a disk, found \/run\/relevo.*set RELEVO_STATE_DIR/,
  );
});

test.each(['', 'Main', '1st', '../up', 'x'.repeat(21)])('the name "%s" is refused', (name) => {
  expect(() => make(name)).toThrow(`found "${name}"`);
});
