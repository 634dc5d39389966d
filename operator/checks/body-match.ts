import { runInNewContext } from 'node:vm';

/**
 * Enough for any sane expression over 64 KiB, also where the processor is taken away for a while; an expression that
 * backtracks for ever must not keep the operator from renewing its lease.
 */
const LIMIT_MS = 250;

/** The expression cannot be used. */
export class BodyMatchError extends Error {
  readonly code = 'BODY_MATCH';

  constructor(pattern: string, found: string, options?: ErrorOptions) {
    super(`bodyMatches ${JSON.stringify(pattern)} ${found}`, options);
    this.name = 'BodyMatchError';
  }
}

/** Whether a regular expression matches somewhere in a text. */
export const bodyMatches = (pattern: string, body: string, limitMs = LIMIT_MS): boolean => {
  const expression = compile(pattern);
  try {
    // node interrupts only code that it runs itself, and with it the expression that this code calls.
    return Boolean(runInNewContext('test()', { test: () => expression.test(body) }, { timeout: limitMs }));
  } catch (error) {
    throw new BodyMatchError(pattern, `took longer than ${limitMs} ms: write a simpler one`, { cause: error });
  }
};

const compile = (pattern: string): RegExp => {
  try {
    // Without the flag u, because that makes an error of every needless backslash.
    return new RegExp(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BodyMatchError(pattern, `is no regular expression: ${reason}`, { cause: error });
  }
};
