/** Something that keeps a store up to date. */
export interface Feed {
  /** Resolves when the store has been filled once. */
  readonly synced: Promise<void>;
  /** Resolves when the signal has aborted. */
  run: (signal: AbortSignal) => Promise<void>;
}
