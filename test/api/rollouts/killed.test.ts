import { expect, test } from '@jest/globals';
import { cutAtWrite, type CutMoment } from '../../faults/fault.ts';
import { FaultProxy } from '../../faults/fault-proxy.ts';
import { sceneWithoutOperator } from '../scene.ts';
import { Fleet } from './fleet.ts';
import { WorkWatch } from './work-watch.ts';

/** At which write each operator dies: at the first grants, in the middle of releases, between two waves. */
const DEATHS: readonly { write: number; moment: CutMoment }[] = [
  { write: 1, moment: 'after' },
  { write: 2, moment: 'after' },
  { write: 3, moment: 'before' },
  { write: 14, moment: 'after' },
  { write: 23, moment: 'before' },
  { write: 37, moment: 'after' },
];

test(
  'case 33: with the operator killed again and again in the middle, never more than 2 of 8 are at work, and all get the bytes',
  sceneWithoutOperator(async (it) => {
    const fleet = new Fleet(it, { count: 8 });
    const first = await it.startOperator();
    await fleet.launch({ GREETING: 'hello' });
    await fleet.govern({ waves: { maxConcurrent: 2 } });
    await fleet.until('to be at rest', ({ status }) => status.consumers.total === 8);
    await it.stopOperator(first);

    const watch = WorkWatch.start(it);
    await fleet.configure({ GREETING: 'hi' });
    for (const { write, moment } of DEATHS) {
      const proxy = await FaultProxy.start(it.environment.kubeconfigPath, { faults: cutAtWrite(write, moment) });
      const dying = await it.startOperator(proxy.connection);
      await proxy.cut;
      await it.stopOperator(dying);
      proxy.stop();
    }
    const served = await fleet.serving('GREETING');
    // It died on the way, not before and not after.
    expect(Object.keys(served).length).toBe(2);
    await it.startOperator();
    await fleet.untilServing('GREETING', { hi: 8 });
    const { status } = await fleet.until('to be at rest', (rollout) => rollout.status.step.name === 'Stable');
    expect(status.history).toMatchObject([{ outcome: 'Completed', waves: 4 }]);
    const { filled, releasing, fills } = await watch.most();
    expect(filled).toBeLessThanOrEqual(2);
    expect(releasing).toBeLessThanOrEqual(2);
    expect(fills).toBe(8);
  }),
  300_000,
);
