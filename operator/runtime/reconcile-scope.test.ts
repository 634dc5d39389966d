import { expect, test } from '@jest/globals';
import { createLogger } from './log.ts';
import { ReconcileScope } from './reconcile-scope.ts';
import { settle } from './testing/fake-clock.ts';

test('all that a run sets off has its id, and runs side by side have their own', async () => {
  const scope = new ReconcileScope();
  const lines: { msg: string; reconcileId?: string }[] = [];
  const log = createLogger({
    level: 'info',
    name: 'test',
    fields: scope.fields,
    write: (line) => lines.push(JSON.parse(line)),
  });
  const body = async (name: string): Promise<void> => {
    log.info(name);
    await settle();
    log.info(name);
  };
  await Promise.all([scope.run(() => body('a')), scope.run(() => body('b'))]);
  log.info('outside');
  const idsOf = (name: string) =>
    new Set(lines.filter(({ msg }) => msg === name).map(({ reconcileId }) => reconcileId));
  const [a, ...moreOfA] = idsOf('a');
  const [b, ...moreOfB] = idsOf('b');
  expect([...moreOfA, ...moreOfB]).toEqual([]);
  expect(a).toMatch(/^[0-9a-f-]{36}$/);
  expect(b).toMatch(/^[0-9a-f-]{36}$/);
  expect(a).not.toBe(b);
  expect(lines.at(-1)).not.toHaveProperty('reconcileId');
});

test('each request of a run has an audit id of its own that begins with that of the run', () => {
  const scope = new ReconcileScope();
  expect(scope.nextAuditId()).toBeUndefined();
  scope.run(() => {
    const { reconcileId } = scope.fields();
    expect([scope.nextAuditId(), scope.nextAuditId()]).toEqual([`${reconcileId}.1`, `${reconcileId}.2`]);
  });
});
