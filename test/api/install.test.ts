import { expect, test } from '@jest/globals';
import { revisionSelector } from '../../operator/api/names.ts';
import { scene } from './scene.ts';

test(
  'case 1: the first install goes straight to healthy, and the active Service serves',
  scene(async (it) => {
    const { status } = await it.release({ image: 'ready:v1', replicas: 2, soakSeconds: 3600 });
    expect(status.step.name).toBe('Stable');
    expect(status.active).toBe(status.target);
    expect(await it.selector('web')).toEqual(revisionSelector('web', status.active ?? ''));
    expect(await it.podsBehind('web')).toHaveLength(2);
    expect(status.history).toMatchObject([{ revision: status.active, outcome: 'Promoted', reason: 'FirstRelease' }]);
    expect(status.history[0]?.steps).not.toHaveProperty('Soaking');
  }),
);
