import { Router } from '@koa/router';
import { Problem, readJson, readQuery, type RequestState, type Routes } from '../chassis/index.ts';
import { type User, userId, userInput, type UserPage, userQuery } from './contract.ts';
import { isEmailTaken } from './store.ts';
import { isUserUnknown, type Users } from './users.ts';

/** What the routes take from the configuration. */
export interface RouteSettings {
  greeting: string;
  pageSize: number;
}

/** `/api/users`: list; `/api/users/:id`: get, put, delete. An unknown id is a 404, also when it is deleted. */
export const userRoutes = (users: Users, { greeting, pageSize }: RouteSettings): Routes => {
  const router = new Router<RequestState>({ prefix: '/api/users' });

  router.use(async (_ctx, next) => {
    try {
      await next();
    } catch (error) {
      throw problemOf(error);
    }
  });

  router.get('/', async (ctx) => {
    const { limit = pageSize, after } = readQuery(ctx, userQuery);
    const page = await users.list(limit, after);
    const body: UserPage = { greeting, users: page.users };
    if (page.next !== undefined) body.next = `/api/users?limit=${limit}&after=${page.next}`;
    ctx.body = body;
  });

  router.get('/:id', async (ctx) => {
    ctx.body = await users.get(idOf(ctx.params));
  });

  router.put('/:id', async (ctx) => {
    const id = readId(idOf(ctx.params));
    const { user, created } = await users.put(id, await readJson(ctx, userInput));
    if (created) {
      ctx.status = 201;
      ctx.set('Location', `/api/users/${id}`);
    }
    ctx.body = user satisfies User;
  });

  router.delete('/:id', async (ctx) => {
    await users.delete(idOf(ctx.params));
    ctx.status = 204;
  });

  return router;
};

/** The router only calls a route with `:id` when there is one. */
const idOf = ({ id }: Record<string, string | undefined>): string => id ?? '';

const readId = (text: string): string => {
  const { data, error } = userId.safeParse(text);
  if (error) throw new Problem(400, 'ID_INVALID', error.issues[0]?.message ?? 'Expected an id');
  return data;
};

const problemOf = (error: unknown): unknown => {
  if (isUserUnknown(error)) return new Problem(404, error.code, error.message, { cause: error });
  if (isEmailTaken(error)) return new Problem(409, error.code, error.message, { cause: error });
  return error;
};
