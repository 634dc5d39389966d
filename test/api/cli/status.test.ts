import { expect, test } from '@jest/globals';
import { DEPLOYMENTS, SERVICES } from '../../../operator/controllers/resources.ts';
import { scene, sceneWithoutOperator } from '../scene.ts';
import { relevo } from './command-line.ts';

test(
  'status shows what serves, what is on its way, and what it waits for',
  scene(async (it) => {
    const { status: first } = await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'crash:v2' });
    const { status } = await it.until('to tell why', (bg) => bg.status.step.waitingFor?.includes('CrashLoop') === true);
    const { exitCode, stdout } = await relevo(it, 'status', 'web');
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toContain(`web in ${it.namespace}  Working`);
    expect(lines[1]).toMatch(/Filling for \d+s, (9m\d+s|10m) left/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`waiting for ${status.step.waitingFor}`);
    expect(stdout).toContain(`blue  serves  ${first.active} #1  2/2 ready`);
    expect(stdout).toContain(`green  next  ${status.target} #2  0/2 ready`);
    expect(stdout.match(/✔ web-blue-\S+ +\d+s +ready$/gm)).toHaveLength(2);
    expect(stdout.match(/… web-green-\S+ +\d+s +container web is in CrashLoopBackOff \(exit code 1\)/gm)).toHaveLength(
      2,
    );
    expect(stdout).toMatch(/✔ Promoted +web-\S+ +\d+s ago, took .*s +serves/);
    // Not a terminal: no colours.
    expect(stdout).not.toContain('\u001B');
  }),
);

test(
  'status and list answer programs in JSON and YAML',
  scene(async (it) => {
    const { status: first } = await it.release({ image: 'ready:v1' });
    const tree = JSON.parse((await relevo(it, 'status', 'web', '-o', 'json')).stdout);
    expect(tree).toMatchObject({ name: 'web', health: 'Ready', active: first.active, step: { name: 'Stable' } });
    expect(tree.slots[0]).toMatchObject({ slot: 'blue', part: 'active', images: ['ready:v1'], replicas: 2, ready: 2 });
    expect(tree.slots[0].pods).toHaveLength(2);
    expect((await relevo(it, 'status', 'web', '-o', 'yaml')).stdout).toContain(`active: ${first.active}\n`);
    const all = JSON.parse((await relevo(it, 'list', '-A', '-o', 'json')).stdout);
    expect(all).toContainEqual(expect.objectContaining({ namespace: it.namespace, name: 'web', health: 'Ready' }));
    expect((await relevo(it, 'list')).stdout).toMatch(/NAME +HEALTH .*\nweb +Ready +Stable +\d+s +web-\S+ +=  +2\/2/);
  }),
);

test(
  'what is wrong is said with what to do, and by the exit code',
  sceneWithoutOperator(async (it) => {
    await it.apply({ image: 'ready:v1' });
    const unseen = await relevo(it, 'status', 'web');
    expect(unseen.exitCode).toBe(0);
    expect(unseen.stdout).toContain('Unseen');
    const noSuch = await relevo(it, 'status', 'wep');
    expect(noSuch).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: `Expected BlueGreen wep in namespace ${it.namespace}, found web\n`,
    });
    const noName = await relevo(it, 'status');
    expect(noName.exitCode).toBe(2);
    expect(noName.stderr).toContain('Expected NAME, found nothing');
    const noFlag = await relevo(it, 'status', 'web', '--wacth');
    expect(noFlag.exitCode).toBe(2);
    expect(noFlag.stderr).toContain('--wacth');
    expect((await relevo(it, 'stauts')).exitCode).toBe(2);
    const noContext = await relevo(it, 'list', '--context', 'elsewhere');
    expect(noContext.exitCode).toBe(2);
    expect(noContext.stderr).toContain('found elsewhere');
    // Services and Deployments are left alone by whoever only looks.
    expect(await it.objects.list(DEPLOYMENTS)).toEqual([]);
    expect(await it.objects.list(SERVICES)).toHaveLength(2);
  }),
);
