import type { V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { FIELD_MANAGER, revisionSelector } from '../../operator/api/names.ts';
import { succeed } from './program.ts';
import { CHARTS, openClusterWorkbench, type ClusterWorkbench } from './workbench.ts';

jest.setTimeout(120_000);

let bench: ClusterWorkbench;

beforeAll(async () => {
  bench = await openClusterWorkbench();
});

afterAll(async () => bench.stop());

const selector = revisionSelector('users', 'users-0123456789');
const roles = ['users', 'users-preview'];

const service = async (namespace: string, name: string): Promise<V1Service> => {
  const args = ['--namespace', namespace, 'get', 'service', name, '--output', 'json', '--show-managed-fields'];
  const found: V1Service = JSON.parse(await succeed(bench.kubectl(args)));
  return found;
};

/** What the operator does at a switch: it applies the selector and nothing else. */
const select = async (namespace: string, name: string): Promise<void> => {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector } });
  const args = ['apply', '--server-side', '--field-manager', FIELD_MANAGER, '--force-conflicts', '--filename', '-'];
  await succeed(bench.kubectl(args, text));
};

/** Managers whose fields include the selector. */
const selectorManagers = ({ metadata }: V1Service): (string | undefined)[] =>
  (metadata?.managedFields ?? [])
    .filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes('f:selector'))
    .map(({ manager }) => manager);

/** Of both Services: who owns the selector, what it is, and the note of the step that wrote the Service last. */
const observed = async (namespace: string): Promise<object[]> =>
  Promise.all(
    roles.map(async (name) => {
      const found = await service(namespace, name);
      const { metadata, spec } = found;
      return { note: metadata?.annotations?.['note'], selector: spec?.selector, managers: selectorManagers(found) };
    }),
  );

/** The step has written both Services, and their selector is the operator's alone. */
const untouched = (note: string): object[] => roles.map(() => ({ note, selector, managers: [FIELD_MANAGER] }));

const values = (note: string): string[] =>
  ['image.repository', 'service.annotations.note', 'config.NOTE'].flatMap((value) => ['--set', `${value}=${note}`]);

const helm = async (namespace: string, verb: string, note: string, ...more: string[]): Promise<string> =>
  succeed(bench.helm([verb, 'users', CHARTS.service, '--namespace', namespace, ...values(note), ...more]));

test.each([
  ['server', 'server-side apply throughout', ['--server-side=true'], ['--server-side=true'], ['--server-side=true']],
  ['client', 'client-side apply throughout, as Helm 3 does', ['--server-side=false'], ['--server-side=false'], []],
  [
    'moved',
    'installed client-side, then upgraded server-side, as from Helm 3 to Helm 4',
    ['--server-side=false'],
    ['--server-side=true', '--force-conflicts'],
    ['--server-side=true', '--force-conflicts'],
  ],
  ['plain', 'without any option', [], [], []],
])('Helm upgrades and rollback leave the selector to the operator (%s): %s', async (...mode) => {
  const [key, , install, upgrade, rollback] = mode;
  const namespace = `helm-${key}`;
  await succeed(bench.kubectl(['create', 'namespace', namespace]));

  await helm(namespace, 'install', 'one', ...install);
  const unowned = { note: 'one', selector: undefined, managers: [] };
  expect(await observed(namespace)).toEqual([unowned, unowned]);

  for (const name of roles) await select(namespace, name);
  expect(await observed(namespace)).toEqual(untouched('one'));

  await helm(namespace, 'upgrade', 'two', ...upgrade);
  expect(await observed(namespace)).toEqual(untouched('two'));

  await helm(namespace, 'upgrade', 'three', ...upgrade);
  expect(await observed(namespace)).toEqual(untouched('three'));

  await succeed(bench.helm(['rollback', 'users', '1', '--namespace', namespace, ...rollback]));
  expect(await observed(namespace)).toEqual(untouched('one'));
});

describe('GitOps tools, which apply what Helm renders', () => {
  test.each([
    ['Argo CD', 'argo', []],
    [
      'Argo CD with server-side apply, and Flux',
      'flux',
      ['--server-side', '--field-manager=flux', '--force-conflicts'],
    ],
  ])('%s leaves the selector to the operator', async (_who, key, more) => {
    const namespace = `gitops-${key}`;
    await succeed(bench.kubectl(['create', 'namespace', namespace]));
    const sync = async (note: string) => {
      const rendered = await succeed(
        bench.helm(['template', 'users', CHARTS.service, '--skip-tests', '--namespace', namespace, ...values(note)]),
      );
      await succeed(bench.kubectl(['apply', '--namespace', namespace, ...more, '--filename', '-'], rendered));
    };
    await sync('one');
    for (const name of roles) await select(namespace, name);
    await sync('two');
    expect(await observed(namespace)).toEqual(untouched('two'));
  });
});
