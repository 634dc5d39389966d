import { expect, test } from '@jest/globals';
import { LABEL_REVISION, type Traffic } from '../../api/names.ts';
import { statusAt } from '../../plan/world.fixture.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { BLUE_GREENS, ENDPOINT_SLICES, SERVICES } from '../resources.ts';
import { specWith } from '../spec.fixture.ts';
import { LABEL_SERVICE_NAME } from '../views/endpoint-slice.ts';
import { expectTraffic } from './traffic.ts';

const { signal } = new AbortController();

const bluegreen = {
  namespace: 'n',
  name: 'web',
  uid: 'uid-web',
  resourceVersion: '1',
  controller: undefined,
  generation: 1,
  deleting: false,
  spec: specWith({ configMap: 'web', active: 'web' }),
  status: statusAt('Switching'),
};

/** What the API server holds: the revision that the Service selects, and pods in its slices, ready or not. */
const world = (selected: string, pods: Record<string, boolean> = {}, status = statusAt('Switching')) => {
  const items = Object.entries(pods).map(([name, ready]) => ({
    metadata: { namespace: 'n', name: `web-${name}`, resourceVersion: '1', labels: { [LABEL_SERVICE_NAME]: 'web' } },
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready }, targetRef: { kind: 'Pod', name } }],
  }));
  const answers = new Map([
    [resourcePath(SERVICES, { namespace: 'n', name: 'web' }), { spec: { selector: { [LABEL_REVISION]: selected } } }],
    [resourcePath(ENDPOINT_SLICES, { namespace: 'n' }), { items }],
    [resourcePath(BLUE_GREENS, { namespace: 'n', name: 'web' }), { status }],
  ]);
  const get = async <T>(path: string): Promise<T> => JSON.parse(JSON.stringify(answers.get(path)));
  return { client: { get }, bluegreen, signal };
};

const blue = (revision: string, traffic: Traffic) => ({ kind: 'signal', slot: 'blue', revision, traffic }) as const;

test('pods that the selector names are told that they serve, and never that they are retired', async () => {
  await expect(expectTraffic(world('web-1'), blue('web-1', 'active'))).resolves.toBeUndefined();
  await expect(expectTraffic(world('web-1'), blue('web-1', 'retired'))).rejects.toThrow('Service selecting web-1');
});

test('pods that the selector does not name are not told that they serve', async () => {
  await expect(expectTraffic(world('web-2'), blue('web-1', 'active'))).rejects.toThrow('Service selecting web-2');
});

test('pods that are still listed as ready are not told that they are retired', async () => {
  const listed = world('web-2', { 'web-green-5f7c9d2b41-abcde': true, 'web-blue-5f7c9d2b41-abcde': true });
  await expect(expectTraffic(listed, blue('web-1', 'retired'))).rejects.toThrow('slot blue still listed as ready');
});

test('pods that are listed as unready, or no more, are told that they are retired', async () => {
  const unready = world('web-2', { 'web-green-5f7c9d2b41-abcde': true, 'web-blue-5f7c9d2b41-abcde': false });
  await expect(expectTraffic(unready, blue('web-1', 'retired'))).resolves.toBeUndefined();
  const gone = world('web-2', { 'web-green-5f7c9d2b41-abcde': true });
  await expect(expectTraffic(gone, blue('web-1', 'retired'))).resolves.toBeUndefined();
});

test('pods are told that they are leaving while they serve and the switch is on record', async () => {
  await expect(expectTraffic(world('web-1'), blue('web-1', 'leaving'))).resolves.toBeUndefined();
  await expect(expectTraffic(world('web-2'), blue('web-1', 'leaving'))).rejects.toThrow('Service selecting web-2');
  const given = world('web-1', {}, statusAt('Abandoning'));
  await expect(expectTraffic(given, blue('web-1', 'leaving'))).rejects.toThrow('step Abandoning');
  const step = { name: 'Switching', since: '2026-01-02T00:00:00.000Z' } as const;
  const next = world('web-1', {}, statusAt('Switching', { step }));
  await expect(expectTraffic(next, blue('web-1', 'leaving'))).rejects.toThrow('the switch to be on record');
});
