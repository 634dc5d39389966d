import type { Context } from 'koa';
import type * as z from 'zod';
import { Problem } from './problem.ts';

/** Checks the request's query by a schema. Throws a {@link Problem} with status 400 that names every bad parameter. */
export const readQuery = <S extends z.ZodType>(ctx: Context, schema: S): z.output<S> => {
  const result = schema.safeParse({ ...ctx.query });
  if (result.success) return result.data;
  throw new Problem(400, 'QUERY_INVALID', 'The query does not fit; errors says where', {
    extensions: {
      errors: result.error.issues.map(({ path, message }) => ({ parameter: path.join('.'), detail: message })),
    },
  });
};
