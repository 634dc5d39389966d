import { countdown, until } from '../../output/duration.ts';
import type { Cause } from '../evidence.ts';
import { sentence, target } from '../evidence.ts';
import { moving, stuck } from '../finding.ts';

/** What a spec makes a release wait for on purpose. */
export const gates: Cause = (evidence) => {
  const { blueGreen, now } = evidence;
  const { spec, status } = blueGreen;
  const { step, release, active } = status ?? {};
  const at = target(evidence);
  const left = step?.deadline === undefined ? '' : ` (${countdown(until(step.deadline, now))} left)`;
  if (spec.paused) {
    const what = release === undefined ? 'no release begins' : `${release.revision} stays in step ${step?.name}`;
    return [
      {
        ...stuck(
          'Paused',
          `Releases are paused (spec.paused): ${what}`,
          [],
          [`Let it go on: kubectl relevo resume ${at}`],
        ),
        bearing: 'decision',
      },
    ];
  }
  if (step?.name === 'AwaitingPromotion') {
    return [
      {
        ...stuck(
          'AwaitingPromotion',
          `${release?.revision} is ready and waits for a person (spec.promotion.mode: Manual)`,
          [],
          [
            `Look at it${spec.services.preview === undefined ? '' : ` through Service ${spec.services.preview}`}, and at what changed: kubectl relevo diff ${at}`,
            `Let it go live: kubectl relevo promote ${at}`,
            `Or give it up: kubectl relevo abort ${at}`,
          ],
        ),
        bearing: 'decision',
      },
    ];
  }
  if (step?.name === 'Soaking' && /the soak/u.test(sentence(evidence))) {
    return [
      moving(
        'Soaking',
        `${release?.revision} is ready and is watched for ${spec.promotion.soakSeconds} s before it goes live${left}`,
        [`Go live now: kubectl relevo promote ${at}`],
      ),
    ];
  }
  if (step?.name === 'Retiring' && status?.target !== active) {
    return [
      moving(
        'SlotRetiring',
        `${status?.target} waits for the slot that lost its traffic a moment ago${left}: ${sentence(evidence)}`,
        [
          'It goes on by itself; spec.switch.retireAfterSeconds is how long the old release is kept as an instant way back',
        ],
      ),
    ];
  }
  return [];
};
