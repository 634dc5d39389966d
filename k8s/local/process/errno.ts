/**
 * Whether a system call failed with that code, for example `ENOENT`. It asks for the property and not for the class
 * because Node's own errors are of another realm inside Jest.
 */
export const hasErrno = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
