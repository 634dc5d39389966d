import { writeFile } from 'node:fs/promises';
import { connector } from '../../../operator/cli/connect.ts';
import { run } from '../../../operator/cli/run.ts';
import { systemClock } from '../../../operator/runtime/clock.ts';
import { ANNOTATION_READY_AFTER } from '../pod-behaviour.ts';
import { BLUE_GREENS } from '../../../operator/controllers/resources.ts';
import { relevo } from './command-line.ts';
import { Scene } from '../scene.ts';
import { startTestControlPlane } from '../test-control-plane.ts';
import { terminalSvg, type Frame } from './terminal-svg.ts';

// Records `kubectl relevo status --watch` during a release, against a real API server: node test/api/cli/record-status.ts

const TARGET = new URL('../../../operator/cli/status-watch.svg', import.meta.url);
const COLUMNS = 104;
const ESCAPE = String.fromCodePoint(27);
/** All but colours: cursor movements, and the marks of a frame. */
const CONTROL = new RegExp(`${ESCAPE}\\[(?:\\?\\d+[hl]|\\d*[AJK])|\\r`, 'gu');

const over = new AbortController();
const controlPlane = await startTestControlPlane(over.signal);
const it = await Scene.set(controlPlane);
const frames: Frame[] = [];
let startedAt = 0;
const terminal = {
  isTTY: true,
  columns: COLUMNS,
  rows: 40,
  write: (written: string) => {
    if (!written.includes('\n')) return;
    const lines = written.replaceAll(CONTROL, '').replaceAll(it.namespace, 'shop').trimEnd().split('\n');
    frames.push({ atMs: Math.round(performance.now() - startedAt), lines });
  },
};
try {
  await it.startOperator();
  await it.configure('settings', { GREETING: 'hello' });
  const container = { envFrom: [{ configMapRef: { name: 'settings' } }] };
  await it.release({ image: 'ready:v1', container, replicas: 3, retireAfterSeconds: 5 });
  const watching = new AbortController();
  startedAt = performance.now();
  const ended = run(['status', 'web', '-w', '--kubeconfig', controlPlane.kubeconfigPath, '-n', it.namespace], {
    stdout: terminal,
    stderr: process.stderr,
    environment: {},
    clock: systemClock,
    connect: connector({}),
    signal: watching.signal,
  });
  await systemDelay(1500);
  const annotations = { [ANNOTATION_READY_AFTER]: '3500' };
  await it.objects.patch(BLUE_GREENS, 'web', {
    spec: {
      promotion: { mode: 'Manual', soakSeconds: 3 },
      template: { metadata: { annotations }, spec: { containers: [{ name: 'web', image: 'ready:v2', ...container }] } },
    },
  });
  await it.until('to wait for a person', ({ status }) => status.step.name === 'AwaitingPromotion');
  await systemDelay(2500);
  await relevo(it, 'promote', 'web');
  await it.until(
    'to rest',
    ({ status }) => status.step.name === 'Stable' && status.slots.green?.revision === status.active,
  );
  await systemDelay(2500);
  watching.abort();
  await ended;
} finally {
  await it.strike();
  await controlPlane.stop();
}
const lastsMs = (frames.at(-1)?.atMs ?? 0) + 2500;
await writeFile(TARGET, terminalSvg(frames, lastsMs, COLUMNS));
process.stdout.write(`${frames.length} frames, ${Math.round(lastsMs / 1000)} s\n`);

function systemDelay(ms: number): Promise<void> {
  return new Promise((resolve) => systemClock.after(ms, resolve));
}
