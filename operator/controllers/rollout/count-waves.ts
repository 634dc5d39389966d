import type { ConfigRolloutStatus } from '../../api/configrollout.ts';
import type { RolloutMetrics } from '../observation/rollout-metrics.ts';

/** Counts the waves and the rollouts that ended between two statuses of one object. */
export const countWaves = (
  metrics: RolloutMetrics,
  before: ConfigRolloutStatus | undefined,
  after: ConfigRolloutStatus,
  now: number,
): void => {
  const wave = before?.wave;
  if (wave !== undefined && wave.startedAt !== after.wave?.startedAt) {
    const hasFailed = after.failure !== undefined || after.step.name === 'Reverting';
    metrics.waves.inc({ outcome: hasFailed ? 'Failed' : 'Done' });
    metrics.waveSeconds.observe(Math.max(0, now - Date.parse(wave.startedAt)) / 1000);
  }
  const known = new Set(before?.history.map(({ version, endedAt }) => `${version} ${endedAt}`));
  for (const { version, endedAt, outcome } of after.history) {
    if (!known.has(`${version} ${endedAt}`)) metrics.rollouts.inc({ outcome });
  }
};
