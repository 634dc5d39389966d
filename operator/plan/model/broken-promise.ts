/** A promise of the design that a write of the operator broke. */
export class BrokenPromise extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'BrokenPromise';
    this.code = code;
  }
}

/** Throws unless the promise holds. A message that takes long to write is made only then. */
export const promise = (holds: boolean, code: string, message: string | (() => string)): void => {
  if (!holds) throw new BrokenPromise(code, typeof message === 'string' ? message : message());
};
