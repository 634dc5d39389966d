import { expect, test } from '@jest/globals';
import { BLUE_GREENS } from '../../../operator/controllers/resources.ts';
import type { Variation } from '../blue-greens.ts';
import { scene } from '../scene.ts';
import { relevo } from './command-line.ts';

test(
  'promote ends a soak, and refuses another revision than the one under way',
  scene(async (it) => {
    const { status: first } = await it.release({ image: 'ready:v1' });
    const nothing = await relevo(it, 'promote', 'web');
    expect(nothing).toMatchObject({ exitCode: 3, stdout: '' });
    expect(nothing.stderr).toContain(`${first.active} serves and is what is asked for`);
    await it.apply({ image: 'ready:v2', soakSeconds: 600 });
    const { status } = await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    const other = await relevo(it, 'promote', 'web', first.active ?? '');
    expect(other.exitCode).toBe(3);
    expect(other.stderr).toContain(`Expected ${first.active} to be under way, found ${status.target}`);
    const dry = await relevo(it, 'promote', 'web', '--dry-run');
    expect(dry.stdout).toBe(`web: dry run, nothing is stored: the soak ends now; ${status.target} goes live\n`);
    expect((await it.blueGreen()).spec.decision).toBeUndefined();
    const { generation = 0 } = (await it.blueGreen()).metadata;
    const promoted = await relevo(it, 'promote', 'web', status.target ?? '');
    expect(promoted).toMatchObject({ exitCode: 0, stdout: `web: the soak ends now; ${status.target} goes live\n` });
    const after = await it.blueGreen();
    expect(after.spec.decision).toEqual({ revision: status.target, action: 'Promote' });
    expect(after.metadata.generation).toBe(generation + 1);
    await it.serving('ready:v2');
  }),
);

test(
  'abort, retry and rollback say what will happen, and it does',
  scene(async (it) => {
    const { status: first } = await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'ready:v2', soakSeconds: 600 });
    const { status: soaking } = await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    const aborted = await relevo(it, 'abort', 'web');
    expect(aborted.stdout).toContain(`${soaking.target} is given up and its pods end; ${first.active} goes on serving`);
    await it.until('to have given it up', ({ status }) => status.rejected === soaking.target);
    expect((await relevo(it, 'abort', 'web')).stderr).toContain('kubectl relevo retry web');

    const retried = await relevo(it, 'retry', 'web');
    expect(retried).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await it.blueGreen()).spec.decision).toMatchObject({ action: 'Retry', revision: soaking.target });
    await it.until('to soak again', (bg) => bg.status.step.name === 'Soaking');
    await relevo(it, 'promote', 'web');
    await it.until('to serve it', ({ status }) => status.active === soaking.target && status.step.name === 'Retiring');

    const back = await relevo(it, 'rollback', 'web');
    expect(back.stdout).toContain(
      `${first.active} still has its pods and takes the traffic back from ${soaking.target}`,
    );
    await it.until('to be back', ({ status }) => status.active === first.active && status.release === undefined);
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    expect((await relevo(it, 'rollback', 'web', '--to', first.active ?? '')).stdout).toContain('decided already');
    const gone = await relevo(it, 'rollback', 'web', '--to', 'ffffffffff');
    expect(gone.exitCode).toBe(3);
    expect(gone.stderr).toContain(`found ${first.active} (#3), ${soaking.target} (#2)`);
  }),
);

test(
  'while a release is verified it is not promoted yet, and abort takes it back',
  scene(async (it) => {
    const { status: first } = await it.release({ image: 'ready:v1' });
    // Nobody answers there: no measurement says anything.
    const prometheus = { address: 'http://127.0.0.1:9', query: 'errors', condition: 'value < 0.01' };
    const checks = [{ name: 'errors', intervalSeconds: 1, inconclusiveAllowed: 1000, prometheus }];
    await it.objects.patch(BLUE_GREENS, 'web', {
      spec: {
        checks: { after: { windowSeconds: 600, checks } },
        template: { spec: { containers: [{ name: 'web', image: 'ready:v2' }] } },
      },
    });
    const { status } = await it.until('to be measured', (bg) => bg.status.checks?.results[0]?.inconclusive === 1);
    expect(status.step.name).toBe('Verifying');
    expect(await it.behind('web')).toEqual(new Set(['ready:v2']));
    const { stdout } = await relevo(it, 'status', 'web');
    expect(stdout).toContain(`checks after the switch, of ${status.active}`);
    expect(stdout).toMatch(/◐ errors +prometheus +0 passed, \d+ inconclusive/);
    expect(stdout).toContain(`blue  kept  ${first.active}`);
    const waiting = relevo(it, 'wait', 'web');
    expect((await relevo(it, 'abort', 'web')).stdout).toContain(`${status.active} is taken back`);
    expect(await waiting).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('ended Aborted') });
    await it.until('to be back', (bg) => bg.status.active === first.active && bg.status.release === undefined);
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
  }),
);

test(
  'pause holds a release, resume lets it go on',
  scene(async (it) => {
    await it.release({ image: 'ready:v1' });
    expect((await relevo(it, 'pause', 'web')).stdout).toContain('no release begins until it is resumed');
    await it.objects.patch(BLUE_GREENS, 'web', {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'ready:v2' }] } } },
    });
    await it.until('to be paused', (bg) => bg.status.step.waitingFor?.includes('paused') === true);
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    expect((await relevo(it, 'pause', 'web')).stdout).toContain('decided already');
    expect((await relevo(it, 'resume', 'web')).exitCode).toBe(0);
    await it.serving('ready:v2');
  }),
);

test(
  'wait says by its exit code how a release ended',
  scene(async (it) => {
    const { status: first } = await it.release({ image: 'ready:v1' });
    expect(await relevo(it, 'wait', 'web')).toMatchObject({ exitCode: 0, stdout: `${first.active} serves (Stable)\n` });
    await it.apply({ image: 'ready:v2', soakSeconds: 600 });
    const { status } = await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    const late = await relevo(it, 'wait', 'web', '--timeout', '1s');
    expect(late.exitCode).toBe(4);
    expect(late.stderr).toContain('Expected Promoted within 1s, found Soaking: waiting for the soak of 600 s');
    const waiting = relevo(it, 'wait', 'web', status.target ?? '');
    await relevo(it, 'abort', 'web');
    const missed = await waiting;
    expect(missed.exitCode).toBe(3);
    expect(missed.stdout).toContain(`${status.target} ended Aborted`);
    // Who comes late is told the same, with its name or without.
    for (const named of [[status.target ?? ''], []]) {
      const after = await relevo(it, 'wait', 'web', ...named);
      expect(after).toMatchObject({ exitCode: 3, stdout: expect.stringMatching(/^web-\S+ ended Aborted /) });
    }
    await it.apply({ image: 'ready:v3', retireAfterSeconds: 0 });
    expect(await relevo(it, 'wait', 'web', '--for', 'Stable', '--timeout', '60s')).toMatchObject({ exitCode: 0 });
    expect(await it.behind('web')).toEqual(new Set(['ready:v3']));
    expect((await relevo(it, 'wait', 'web', '--for', 'Godot')).exitCode).toBe(2);
  }),
);

const withPassword = (value: string): NonNullable<Variation['container']> => ({
  envFrom: [{ configMapRef: { name: 'settings' } }],
  env: [{ name: 'DB_PASSWORD', value }],
});

test(
  'history and diff tell two releases apart, code and config, and mask what sounds secret',
  scene(async (it) => {
    await it.configure('settings', { GREETING: 'hello', API_TOKEN: 'hunter1' });
    const { status: first } = await it.release({ image: 'ready:v1', container: withPassword('hunter2') });
    await it.configure('settings', { GREETING: 'hi', API_TOKEN: 'hunter3' });
    await it.apply({ image: 'ready:v2', container: withPassword('hunter4'), retireAfterSeconds: 0 });
    const { status: second } = await it.serving('ready:v2');
    await it.until('to rest', ({ status }) => status.step.name === 'Stable');
    const { stdout, exitCode } = await relevo(it, 'diff', 'web', first.active ?? '', second.active ?? '');
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n').map((line) => line.replaceAll(/\s+/g, ' '));
    expect(lines).toEqual(
      expect.arrayContaining([
        '- image: ready:v1',
        '+ image: ready:v2',
        'ConfigMap settings',
        '- GREETING: hello',
        '+ GREETING: hi',
      ]),
    );
    expect(stdout).toContain('API_TOKEN: "*** (masked, another one)"');
    expect(stdout).not.toContain('hunter');
    // The copies' names would differ and say nothing.
    expect(stdout).not.toMatch(/settings-[0-9a-f]{10}/);
    const rows = (await relevo(it, 'history', 'web')).stdout.split('\n');
    expect(rows[1]).toContain(second.active);
    expect(rows[1]).toMatch(/✔ Promoted +\d+s ago +\S+s +Waiting \S+s, Filling/);
    expect(JSON.parse((await relevo(it, 'history', 'web', '-o', 'json')).stdout)).toHaveLength(rows.length - 2);
  }),
);
