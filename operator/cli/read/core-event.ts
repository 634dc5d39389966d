/** An event as the core API gives it, whichever API it was written by. */
export interface CoreEvent {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  involvedObject: { kind?: string; name?: string; namespace?: string; uid?: string };
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string };
  metadata: { name?: string; creationTimestamp?: string };
}

/** When it was last seen, in ms since the epoch. */
export const seenAt = ({ series, lastTimestamp, eventTime, metadata }: CoreEvent): number =>
  Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '') || 0;
