/** Why the tools cannot be built. */
export type ToolsErrorCode = 'NO_GO' | 'WRONG_GO' | 'WRONG_SYSTEM' | 'NO_DISK' | 'BUILD_FAILED';

/** The tools cannot be built; the message says what to do. */
export class ToolsError extends Error {
  override readonly name = 'ToolsError';
  readonly code: ToolsErrorCode;

  constructor(code: ToolsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether this says that the tools cannot be built, and the message what to do. */
export const isToolsError = (error: unknown): error is ToolsError => error instanceof ToolsError;
