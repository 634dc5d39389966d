import { heldBack as heldBackSentence } from '../../view/health.ts';
import type { Cause } from '../evidence.ts';
import { moving } from '../finding.ts';

/** Shared config goes to its consumers wave by wave, and this one's turn has not come. */
export const heldBack: Cause = ({ blueGreen: { metadata, status } }) => {
  const sentence = status && heldBackSentence(status);
  if (sentence === undefined) return [];
  return [
    moving('HeldBack', `It waits for ${sentence}`, [
      `It goes on by itself; see how far the rollout is: kubectl get configrollouts -n ${metadata.namespace}`,
    ]),
  ];
};
