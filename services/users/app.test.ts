import { describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createUsersApp } from './app.ts';
import { user, userPage } from './contract.ts';
import { seed } from './seed.ts';
import type { UserStore } from './store.ts';

const agent = (options: Parameters<typeof createUsersApp>[0] = {}) => request(createUsersApp(options).callback());
const ada = { name: 'Ada Lovelace', email: 'ada@example.com' };

describe('GET /api/users', () => {
  test('answers what its contract says', async () => {
    const response = await agent({ greeting: 'Hi' }).get('/api/users');
    expect(response.status).toBe(200);
    expect(userPage.parse(response.body)).toEqual({ greeting: 'Hi', users: seed });
  });

  test('next leads through all pages', async () => {
    const users = agent({ pageSize: 3 });
    const ids: string[] = [];
    let path: string | undefined = '/api/users';
    while (path !== undefined) {
      const page = userPage.parse((await users.get(path)).body);
      ids.push(...page.users.map(({ id }) => id));
      path = page.next;
    }
    expect(ids).toEqual(seed.map(({ id }) => id));
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=many', 'limit'],
    ['limit=', 'limit'],
    ['after=A%20B', 'after'],
    ['limit=1&limit=2', 'limit'],
  ])('refuses %s', async (query, parameter) => {
    const response = await agent().get(`/api/users?${query}`);
    expect(response.body).toMatchObject({ status: 400, code: 'QUERY_INVALID', errors: [{ parameter }] });
  });

  test('refuses a parameter that it does not know', async () => {
    const response = await agent().get('/api/users?offset=1');
    expect(response.body).toMatchObject({ status: 400, code: 'QUERY_INVALID' });
    expect(JSON.stringify(response.body.errors)).toContain('offset');
  });
});

describe('GET /api/users/:id', () => {
  test('answers the user', async () => {
    expect(user.parse((await agent().get('/api/users/ada')).body)).toEqual({ id: 'ada', ...ada });
  });

  test('an unknown id is a problem document, not an empty body', async () => {
    const response = await agent().get('/api/users/nobody');
    expect(response.type).toBe('application/problem+json');
    expect(response.body).toMatchObject({ status: 404, code: 'USER_UNKNOWN' });
  });
});

describe('PUT /api/users/:id', () => {
  test('creates, then replaces, then changes nothing', async () => {
    const users = agent();
    const input = { name: '  Tony Hoare ', email: 'Tony@Example.com' };
    const created = await users.put('/api/users/tony').send(input);
    expect([created.status, created.get('Location')]).toEqual([201, '/api/users/tony']);
    expect(created.body).toEqual({ id: 'tony', name: 'Tony Hoare', email: 'tony@example.com' });
    const again = await users.put('/api/users/tony').send(input);
    expect([again.status, again.body]).toEqual([200, created.body]);
    expect((await users.put('/api/users/tony').send({ ...input, name: 'C. A. R. Hoare' })).status).toBe(200);
    expect((await users.get('/api/users/tony')).body.name).toBe('C. A. R. Hoare');
  });

  test.each([
    ['no name', { email: 'a@example.com' }, '#/name'],
    ['a bad address', { name: 'A', email: 'a' }, '#/email'],
    ['a member that does not exist', { ...ada, admin: true }, '#'],
  ])('refuses %s', async (_, input, pointer) => {
    const response = await agent().put('/api/users/x').send(input);
    expect(response.body).toMatchObject({ status: 422, code: 'BODY_INVALID', errors: [{ pointer }] });
  });

  test('refuses an id that is not fit for a path', async () => {
    expect((await agent().put('/api/users/A%2FB').send(ada)).body).toMatchObject({ status: 400, code: 'ID_INVALID' });
  });

  test('refuses an address that another user has', async () => {
    expect((await agent().put('/api/users/ada2').send(ada)).body).toMatchObject({ status: 409, code: 'EMAIL_TAKEN' });
  });
});

describe('DELETE /api/users/:id', () => {
  test('deletes; the second time the user is unknown', async () => {
    const users = agent();
    const first = await users.delete('/api/users/ada');
    expect([first.status, first.text]).toEqual([204, '']);
    expect((await users.delete('/api/users/ada')).body).toMatchObject({ status: 404, code: 'USER_UNKNOWN' });
    expect((await users.get('/api/users/ada')).status).toBe(404);
  });
});

const fail = () => Promise.reject(new Error('relation "users" does not exist'));

test('a store that fails is a 500 that shows nothing', async () => {
  const store: UserStore = { list: fail, get: fail, put: fail, delete: fail };
  const response = await agent({ store }).get('/api/users');
  expect(response.status).toBe(500);
  expect(response.text).not.toContain('relation');
});
