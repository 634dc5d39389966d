import type { Registry } from 'prom-client';
import { Meter } from '../../runtime/meter.ts';

// A wave is a few releases and a soak.
const WAVE_BUCKETS = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14_400];

/** What the operator counts about ConfigRollouts; one per registry. No label names an object. */
export class RolloutMetrics {
  /** How each wave ended: `Done` or `Failed`. */
  readonly waves;
  /** How long each wave took, soak included. */
  readonly waveSeconds;
  /** How each rollout of a content ended, for example `Completed`, `Reverted` or `Superseded`. */
  readonly rollouts;

  constructor(registry: Registry) {
    const meter = new Meter(registry);
    this.waves = meter.counter({
      name: 'relevo_config_rollout_waves_total',
      help: 'Ended waves of ConfigRollouts by outcome.',
      labels: ['outcome'],
    });
    this.waveSeconds = meter.histogram({
      name: 'relevo_config_rollout_wave_duration_seconds',
      help: 'From the first grant of a wave to its end, soak included.',
      buckets: WAVE_BUCKETS,
    });
    this.rollouts = meter.counter({
      name: 'relevo_config_rollouts_total',
      help: 'Ended rollouts of a content by outcome.',
      labels: ['outcome'],
    });
  }
}
