import type { V1Deployment } from '@kubernetes/client-node';
import { GROUP } from '../../api/names.ts';

/** On a Deployment that was adopted: all that is needed to go back. */
export const ANNOTATION_ADOPTED = `${GROUP}/adopted`;

/** What is remembered of the time before. */
export interface Mark {
  /** The Service that was taken over, and what it selected. */
  service: string;
  selector: Record<string, string>;
  replicas: number;
  /** On the way back: the revision that the Deployment runs again. */
  restored?: string;
}

/** The mark of a Deployment, if it has one. */
export const markOf = (deployment: V1Deployment | undefined): Mark | undefined => {
  const text = deployment?.metadata?.annotations?.[ANNOTATION_ADOPTED];
  if (text === undefined) return undefined;
  // Written by this program alone.
  const mark: Mark = JSON.parse(text);
  return mark;
};
