import { type Context, HttpError, type Middleware } from 'koa';
import { isProblem, type Problem, problemDocument, statusProblem } from './problem.ts';
import { isRequestAborted } from './body.ts';
import type { RequestState } from './state.ts';

/** Answers every error with a problem document. What it does not know is logged and told as a bare 500. */
export const problems =
  (): Middleware<RequestState> =>
  async (ctx, next): Promise<void> => {
    try {
      await next();
      const problem = unanswered(ctx);
      if (problem) answer(ctx, problem);
    } catch (error) {
      // Nobody is there to be answered; the access log tells of it.
      if (isRequestAborted(error)) ctx.respond = false;
      else answer(ctx, problemOf(ctx, error));
    }
  };

/** An error status that no route gave a body to, such as the router's 405. */
const unanswered = (ctx: Context): Problem | undefined => {
  if (ctx.status < 400 || (ctx.body !== undefined && ctx.body !== null)) return undefined;
  switch (ctx.status) {
    case 404:
      return statusProblem(404, `Nothing is found at ${ctx.path}`);
    case 405:
      return statusProblem(405, `Expected one of ${ctx.response.get('Allow')}, found ${ctx.method}`);
    default:
      return statusProblem(ctx.status, ctx.message);
  }
};

const problemOf = (ctx: Context & { state: RequestState }, error: unknown): Problem => {
  if (isProblem(error)) return error;
  // Errors of Koa and the router, such as a path that cannot be decoded.
  if (error instanceof HttpError && error.expose) return statusProblem(error.status, error.message);
  ctx.state.log.error({ err: error, method: ctx.method, uri: ctx.originalUrl }, 'request failed');
  return statusProblem(500, 'The service failed to answer; its log has the reason under this trace');
};

const answer = (ctx: Context & { state: RequestState }, problem: Problem): void => {
  ctx.status = problem.status;
  ctx.set(problem.headers);
  ctx.body = JSON.stringify(problemDocument(problem, ctx.state.traceId));
  ctx.type = 'application/problem+json';
};
