import type { BlueGreen } from '../../api/bluegreen.ts';
import { StateError } from '../errors.ts';
import type { Intent } from './intent.ts';
import { underWay } from './under-way.ts';

/** Give up the release that is under way: what serves goes on serving, or after the switch takes the traffic back. */
export const abort = (blueGreen: BlueGreen, named: string | undefined): Intent => {
  const { revision, rollback } = underWay(blueGreen, 'abort', named);
  const { metadata, spec, status } = blueGreen;
  const { active, step } = status ?? {};
  if (rollback === true) {
    throw new StateError(`${revision} is on its way back; to go forward again: kubectl relevo retry ${metadata.name}`);
  }
  if (active === undefined) {
    throw new StateError(
      `${revision} is the first release and nothing else could serve: change the template, or delete the BlueGreen`,
    );
  }
  const sentence =
    step?.name === 'Verifying'
      ? `${revision} is taken back: the release before it gets the traffic again`
      : `${revision} is given up and its pods end; ${active} goes on serving until the spec changes`;
  const isDone = spec.decision?.action === 'Abort' && spec.decision.revision === revision;
  return { change: { decision: { revision, action: 'Abort' } }, sentence, isDone };
};
