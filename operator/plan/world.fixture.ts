import type { BlueGreenSpec, BlueGreenStatus, StepName } from '../api/bluegreen.ts';
import type { Check, CheckVerdict } from '../api/checks.ts';
import { revisionSelector, type Slot } from '../api/names.ts';
import { toTime } from './time.ts';
import type { MeasurementView, Plan, ServiceView, SlotView, Snapshot } from './types.ts';

/** The time of the tests of plan. */
export const NOW = Date.UTC(2026, 0, 1);

/** A spec with two replicas, and nothing between a full slot and the switch. */
export const spec = (change: Partial<BlueGreenSpec> = {}): BlueGreenSpec => ({
  replicas: 2,
  template: {},
  services: { active: 'web', preview: 'web-preview' },
  config: { secrets: 'Follow', exclude: [], quietSeconds: 1 },
  preview: {},
  promotion: { mode: 'Automatic', soakSeconds: 0 },
  checks: { before: [], after: { windowSeconds: 60, checks: [] } },
  switch: { overlapSeconds: 0, retireAfterSeconds: 30 },
  progressDeadlineSeconds: 60,
  revisionHistoryLimit: 2,
  paused: false,
  ...change,
});

/** A slot whose two pods are ready. */
export const slotView = (slot: Slot, revision: string, change: Partial<SlotView> = {}): SlotView => ({
  slot,
  resourceVersion: '7',
  foreign: false,
  deleting: false,
  revision,
  replicas: 2,
  observed: true,
  total: 2,
  updated: 2,
  ready: 2,
  ...change,
});

/** A slot of that size, every pod ready. */
export const sized = (replicas: number): Partial<SlotView> => ({
  replicas,
  total: replicas,
  updated: replicas,
  ready: replicas,
});

/** A Service that selects that revision, or nothing. */
export const service = (name: string, revision?: string): ServiceView => ({
  name,
  resourceVersion: '5',
  selector: revision === undefined ? {} : revisionSelector('web', revision),
});

/** A status in that step since a second ago; `web-1` is active. */
export const statusAt = (name: StepName, change: Partial<BlueGreenStatus> = {}): BlueGreenStatus => ({
  observedGeneration: 1,
  active: 'web-1',
  target: 'web-1',
  slots: { blue: { revision: 'web-1', replicas: 2, ready: 2 } },
  step: { name, since: toTime(NOW - 1000) },
  conditions: [],
  history: [],
  replicas: 2,
  selector: '',
  ...change,
});

const record = (revision: string, number: number): Snapshot['records'][number] => ({
  revision,
  number,
  resourceVersion: '3',
  copies: [`config-${revision}`],
});

const copy = (revision: string): Snapshot['copies'][number] => ({
  kind: 'ConfigMap',
  name: `config-${revision}`,
  resourceVersion: '1',
});

/** `web-1` serves from blue; `web-2` is asked for. */
export const world = (
  status: BlueGreenStatus,
  change: Partial<Snapshot> = {},
  specChange: Partial<BlueGreenSpec> = {},
): Snapshot => ({
  bluegreen: { name: 'web', namespace: 'shop', generation: 2, deleting: false, spec: spec(specChange), status },
  desired: {
    revision: 'web-2',
    configs: [{ kind: 'ConfigMap', original: 'config', copy: 'config-web-2', exists: true }],
    missing: [],
    configChangedAt: 0,
  },
  services: { active: service('web', 'web-1'), preview: service('web-preview', 'web-1') },
  slots: { blue: slotView('blue', 'web-1') },
  endpoints: [{ slot: 'blue', ready: true }],
  records: [record('web-1', 1)],
  copies: [copy('web-1')],
  verdicts: {},
  announced: undefined,
  measurements: [],
  ...change,
});

/** The release of `web-2`. */
export const release = { revision: 'web-2', startedAt: toTime(NOW - 5000), steps: {} };

/** `web-2` is in green. */
export const filled = (
  change: Partial<SlotView> = {},
  active: Partial<SlotView> = {},
): Pick<Snapshot, 'slots' | 'records' | 'copies' | 'services'> => ({
  slots: { blue: slotView('blue', 'web-1', active), green: slotView('green', 'web-2', change) },
  records: [record('web-1', 1), record('web-2', 2)],
  copies: [copy('web-1'), copy('web-2')],
  services: { active: service('web', 'web-1'), preview: service('web-preview', 'web-2') },
});

/** What a plan does, in order. */
export const kinds = (result: Plan): string[] => result.actions.map((action) => action.kind);

/** An HTTP check that passes with one measurement. */
export const check = (name: string, change: Partial<Check> = {}): Check => ({
  name,
  count: 1,
  intervalSeconds: 10,
  failuresAllowed: 0,
  inconclusiveAllowed: 1,
  http: { path: '/', scheme: 'HTTP', method: 'GET', headers: [], expect: { statuses: ['2xx'] } },
  ...change,
});

/** A measurement that has ended now. */
export const measured = (id: string, verdict: CheckVerdict, message = 'status 200'): MeasurementView => ({
  id,
  state: 'done',
  verdict,
  message,
  at: toTime(NOW),
});
