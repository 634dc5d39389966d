import { expect, test } from '@jest/globals';
import { ConnectionError } from './errors.ts';
import { createLogger, failureFields } from './log.ts';

test('a line is one JSON object with time, level, name and the error with its stack', () => {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', name: 'operator', write: (line) => lines.push(line) });
  log.debug('not this');
  log.error({ err: new Error('no luck'), key: 'a/b' }, 'Reconcile failed');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'error',
    name: 'operator',
    key: 'a/b',
    msg: 'Reconcile failed',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    err: { message: 'no luck', stack: expect.stringContaining('log.test.ts') },
  });
});

test('what the network said is one sentence, a surprise has its stack', () => {
  const cut = new ConnectionError('GET /x', new Error('refused'));
  expect(failureFields(cut)).toEqual({ reason: expect.stringMatching(/^GET \/x: .*refused$/) });
  const surprise = new TypeError('undefined is not a function');
  expect(failureFields(surprise)).toEqual({ err: surprise });
});
