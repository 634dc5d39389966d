import { expect, test } from '@jest/globals';
import type { V1JobSpec } from '@kubernetes/client-node';
import { LABEL_BLUEGREEN, LABEL_REVISION } from '../api/names.ts';
import { subject } from './checks.fixture.ts';
import type { Plain } from './checks.fixture.ts';
import { checkJob, isJobOf, jobName } from './job-manifest.ts';

const spec: Plain<V1JobSpec> = {
  template: {
    metadata: { labels: { app: 'smoke' } },
    spec: {
      initContainers: [{ name: 'wait' }],
      containers: [{ name: 'smoke', image: 'smoke:1', env: [{ name: 'RELEVO_SLOT', value: 'mine' }] }],
    },
  },
};
const job = (fields: Partial<Plain<V1JobSpec>> = {}) =>
  checkJob({ check: 'smoke', template: { spec: { ...spec, ...fields } }, seconds: 60 }, subject);

test('the name is the same for a measurement and another for every other one', () => {
  expect(jobName('smoke', subject)).toBe(jobName('smoke', { ...subject }));
  const others = [
    jobName('smoke', { ...subject, id: 'run-1/Before/answers/1' }),
    jobName('smoke', { ...subject, uid: 'uid-2' }),
    jobName('other', subject),
  ];
  expect(new Set([jobName('smoke', subject), ...others]).size).toBe(4);
});

test('the name of the pods, which the Job controller makes from it, stays within 63 characters', () => {
  const longest = jobName('c'.repeat(40), { ...subject, bluegreen: 'b'.repeat(40) });
  expect(longest.length).toBeLessThanOrEqual(63);
  expect(longest).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);
});

test('the Job belongs to its BlueGreen and says which measurement it is', () => {
  const made = job();
  expect(made.metadata?.labels).toMatchObject({ [LABEL_BLUEGREEN]: 'users', [LABEL_REVISION]: subject.revision });
  expect(made.metadata?.ownerReferences).toMatchObject([{ kind: 'BlueGreen', uid: 'uid-1', controller: true }]);
  expect(isJobOf(made, subject)).toBe(true);
  expect(isJobOf(made, { ...subject, id: 'run-2/Before/answers/0' })).toBe(false);
  expect(isJobOf(made, { ...subject, uid: 'uid-2' })).toBe(false);
});

test('its pods carry no label of Relevo: no Service may take them for pods of the release', () => {
  expect(job().spec?.template.metadata?.labels).toEqual({ app: 'smoke' });
});

test('it is tried once, within the time of a measurement, and kept until Relevo deletes it', () => {
  expect(job().spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 60 });
  expect(job().spec?.template.spec?.restartPolicy).toBe('Never');
  expect(job({ ttlSecondsAfterFinished: 1 }).spec).not.toHaveProperty('ttlSecondsAfterFinished');
  expect(job({ backoffLimit: 3, activeDeadlineSeconds: 5 }).spec).toMatchObject({
    backoffLimit: 3,
    activeDeadlineSeconds: 5,
  });
  expect(job({ activeDeadlineSeconds: 600 }).spec?.activeDeadlineSeconds).toBe(60);
});

test('its containers are told which release they look at, unless they say it themselves', () => {
  const pod = job().spec?.template.spec;
  expect(pod?.initContainers?.[0]?.env).toEqual([
    { name: 'RELEVO_BLUEGREEN', value: 'users' },
    { name: 'RELEVO_REVISION', value: subject.revision },
    { name: 'RELEVO_SLOT', value: 'green' },
    { name: 'RELEVO_STAGE', value: 'Before' },
  ]);
  expect(pod?.containers[0]?.env?.filter(({ name }) => name === 'RELEVO_SLOT')).toEqual([
    { name: 'RELEVO_SLOT', value: 'mine' },
  ]);
});
