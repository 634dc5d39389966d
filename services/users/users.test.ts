import { describe, expect, test } from '@jest/globals';
import { MemoryUserStore } from './memory-store.ts';
import { seed } from './seed.ts';
import { Users } from './users.ts';

const ada = { name: 'Ada Lovelace', email: 'ada@example.com' };
const setUp = (users = seed) => new Users(new MemoryUserStore(users));

describe('list', () => {
  test('gives every user once, in order, over all pages', async () => {
    const users = setUp(seed.toReversed());
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await users.list(3, after);
      ids.push(...page.users.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(ids).toEqual(seed.map(({ id }) => id).toSorted());
  });

  test('has no next page when the last one is full', async () => {
    expect(await setUp().list(seed.length)).not.toHaveProperty('next');
  });

  test('goes on after an id that is gone', async () => {
    const users = setUp();
    await users.delete('alan');
    expect((await users.list(1, 'alan')).users.map(({ id }) => id)).toEqual(['barbara']);
  });
});

test('put creates once, then replaces as a whole', async () => {
  const users = setUp([]);
  expect(await users.put('ada', ada)).toEqual({ user: { id: 'ada', ...ada }, created: true });
  expect(await users.put('ada', ada)).toEqual({ user: { id: 'ada', ...ada }, created: false });
  expect(await users.put('ada', { ...ada, name: 'A. L.' })).toMatchObject({ created: false });
  expect(await users.get('ada')).toEqual({ id: 'ada', name: 'A. L.', email: 'ada@example.com' });
});

test('no two users have one address', async () => {
  const users = setUp();
  await expect(users.put('ada2', ada)).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
  await expect(users.get('ada2')).rejects.toMatchObject({ code: 'USER_UNKNOWN' });
});

test('an unknown user', async () => {
  const unknown = { code: 'USER_UNKNOWN', message: 'Expected the id of a user, found nobody' };
  await expect(setUp().get('nobody')).rejects.toMatchObject(unknown);
  await expect(setUp().delete('nobody')).rejects.toMatchObject(unknown);
});
