import type { BlueGreen, ReleaseStatus } from '../../api/bluegreen.ts';
import { StateError } from '../errors.ts';

/** The release that is under way; throws StateError, with what to do instead, when there is none or it is another one. */
export const underWay = (blueGreen: BlueGreen, verb: string, named: string | undefined): ReleaseStatus => {
  const { metadata, status } = blueGreen;
  const release = status?.release;
  if (release === undefined) throw new StateError(`Nothing to ${verb}: ${restOf(blueGreen)}`);
  if (named !== undefined && named !== release.revision) {
    throw new StateError(
      `Expected ${named} to be under way, found ${release.revision} (kubectl relevo status ${metadata.name})`,
    );
  }
  return release;
};

/** Where a BlueGreen rests, and what can be done from there. */
const restOf = ({ metadata: { name, generation }, status }: BlueGreen): string => {
  if (status === undefined) return 'no operator has looked at it yet';
  if (status.observedGeneration !== generation)
    return 'the operator has not looked at the newest spec yet; try again in a moment';
  if (status.rejected !== undefined) {
    return `${status.rejected} was aborted or has failed, and ${status.active} serves; kubectl relevo retry ${name} tries it again`;
  }
  if (status.active !== undefined && status.active === status.target) {
    return `${status.active} serves and is what is asked for; kubectl relevo rollback ${name} goes back`;
  }
  return `no release is under way; kubectl relevo explain ${name} says why`;
};
