import type { BlueGreen } from '../../api/bluegreen.ts';
import type { Intent } from './intent.ts';

/** Hold every release where it is, or let them go on. */
export const pause = ({ spec, status }: BlueGreen, paused: boolean): Intent => {
  const release = status?.release;
  const what =
    release === undefined ? 'no release begins' : `${release.revision} stays where it is (${status?.step.name})`;
  const going =
    release === undefined ? 'releases begin again when the spec asks for one' : `${release.revision} goes on`;
  return {
    change: { paused },
    sentence: paused ? `${what} until it is resumed; deadlines stand still, and what serves goes on serving` : going,
    isDone: spec.paused === paused,
  };
};
