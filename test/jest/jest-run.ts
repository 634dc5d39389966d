import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { JestReport, RunEnd } from './tally.ts';
import { JEST_ARGUMENTS, type Tier } from './tiers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Arguments that are Jest's own. */
export interface JestFilter {
  /** Only tests whose name matches this pattern. */
  name?: string | undefined;
  /** Only files whose path matches one of these patterns. */
  paths: readonly string[];
}

/** How a tier's run is shown. */
export interface JestOutput {
  /** Another tier runs at the same time: each line says whose it is. */
  isShared: boolean;
}

/** Shows a child's lines, each with the tier's name, whole: two tiers may write at the same time. */
const showLines = async (tier: Tier, stream: Readable): Promise<void> => {
  for await (const line of createInterface({ input: stream })) process.stderr.write(`${tier.padEnd(7)} │ ${line}\n`);
};

/** Runs one tier, its output shown as it comes. */
export const runJest = async (
  tier: Tier,
  filter: JestFilter,
  { isShared }: JestOutput,
  signal: AbortSignal,
): Promise<RunEnd> => {
  const dir = await mkdtemp(join(tmpdir(), 'relevo-test-'));
  const output = join(dir, 'report.json');
  const filtered = filter.name !== undefined || filter.paths.length > 0;
  const args = [
    join(ROOT, 'node_modules/jest/bin/jest.js'),
    `--config=${join(ROOT, `test/jest/${tier}.json`)}`,
    '--json',
    `--outputFile=${output}`,
    ...JEST_ARGUMENTS[tier],
    ...(isShared && process.stderr.isTTY ? ['--colors'] : []),
    ...(filtered ? ['--passWithNoTests'] : []),
    ...(filter.name === undefined ? [] : ['--testNamePattern', filter.name]),
    ...filter.paths,
  ];
  try {
    // ES modules in Jest take a flag, in its workers too. Its report for people goes to standard error.
    const env = { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings' };
    const stderr = isShared ? 'pipe' : 'inherit';
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'ignore', stderr] });
    // An interrupt lets Jest run its teardown; the terminal sends one by itself, so this one may be the second.
    const interrupt = () => child.kill('SIGTERM');
    signal.addEventListener('abort', interrupt);
    const ended = once(child, 'exit');
    if (child.stderr) await showLines(tier, child.stderr);
    const [exitCode] = await ended;
    signal.removeEventListener('abort', interrupt);
    const text = await readFile(output, 'utf8').catch(() => undefined);
    const report: JestReport | undefined = text === undefined ? undefined : JSON.parse(text);
    return { report, exitCode: typeof exitCode === 'number' ? exitCode : -1, filtered };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
