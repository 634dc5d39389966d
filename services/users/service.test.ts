import { expect, test } from '@jest/globals';
import { isConfigError } from '../chassis/index.ts';
import { usersService } from './service.ts';

const configure = (environment: Record<string, string>) => () =>
  usersService('1.2.3').configure({ argv: [], environment, folder: '/nowhere' });

test('it starts without any configuration', () => {
  expect(configure({})).not.toThrow();
});

test('bad values are refused, all at once', () => {
  let message = '';
  try {
    configure({ GREETING: '', PAGE_SIZE: '1000' })();
  } catch (error) {
    if (isConfigError(error)) ({ message } = error);
  }
  expect(message).toContain('GREETING: expected a text of 1 to 200 characters, found ""');
  expect(message).toContain('PAGE_SIZE: expected a whole number from 1 to 100, found "1000"');
});
