import type { BlueGreenSpec } from '../api/bluegreen.ts';

/** A spec for unit tests, every default filled in as the API server does. */
export const specWith = ({ configMap, active }: { configMap: string; active: string }): BlueGreenSpec => ({
  replicas: 2,
  template: {
    spec: { containers: [{ name: 'app', image: 'app:1', envFrom: [{ configMapRef: { name: configMap } }] }] },
  },
  services: { active, preview: `${active}-preview` },
  config: { secrets: 'Follow', exclude: [], quietSeconds: 1 },
  preview: {},
  promotion: { mode: 'Automatic', soakSeconds: 0 },
  checks: { before: [], after: { windowSeconds: 60, checks: [] } },
  switch: { overlapSeconds: 0, retireAfterSeconds: 30 },
  progressDeadlineSeconds: 600,
  revisionHistoryLimit: 10,
  paused: false,
});
