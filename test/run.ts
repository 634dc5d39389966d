import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isToolsError, type ToolsErrorCode } from '../k8s/local/tools/errors.ts';
import { ensureTools } from '../k8s/local/tools/tools.ts';
import { runJest, type JestFilter, type JestOutput } from './jest/jest-run.ts';
import { addTallies, describeTally, EMPTY, tallyOf, type Tally } from './jest/tally.ts';
import { chooseTiers, lanesOf, missing, NEEDS, TIERS, type Machine, type Tier } from './jest/tiers.ts';

const HELP = `Runs the tests and ends with one line: N passed, N failed, N skipped.

  npm test                          all tiers, the cluster tier beside the others
  npm test -- --in-order            all tiers, one after another, which is steadier; so it is with CI=true
  npm test -- unit api              only these tiers
  npm test -- api -t 'case 26'      only tests whose name matches the pattern
  npm test -- unit -p runtime       only files whose path matches the pattern

Tiers
  unit      beside the source; seconds
  charts    the Helm charts, checked by a real API server; needs the tools
  api       the operator against a real API server; needs the tools
  cluster   the whole on a real node of its own; needs the tools, Linux and root

The tools (Kubernetes, etcd, Helm …) are built with Go the first time, which takes about 13 minutes with 2 cores.
What a tier lacks makes it skipped; with CI=true that is a failure.
`;

/** With these a tier is skipped; with the others something is broken, and that is a failure. */
const SKIPS: ReadonlySet<ToolsErrorCode> = new Set(['NO_GO', 'WRONG_GO', 'WRONG_SYSTEM']);

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** How many tests a tier has, by its source: what is not run cannot be asked. */
const countTests = async (tier: Tier): Promise<number> => {
  const dir = fileURLToPath(new URL(tier, import.meta.url));
  const files = (await readdir(dir, { recursive: true }).catch(() => [])).filter((file) => file.endsWith('.test.ts'));
  const texts = await Promise.all(files.map((file) => readFile(join(dir, file), 'utf8')));
  return texts.join('\n').match(/^\s*test(?:\.concurrent)?(?:\.each)?(?:<\w+>)?\(/gm)?.length ?? 0;
};

type Outcome = { tally: Tally; note: string };

/** What a tier that lacks something counts as. */
const lacking = async (tier: Tier, { broken }: Machine, reason: string): Promise<Outcome> => {
  if (broken === true) return { tally: { ...EMPTY, failed: 1 }, note: reason };
  if (process.env['CI'] === 'true') return { tally: { ...EMPTY, failed: 1 }, note: `cannot run, CI=true: ${reason}` };
  return { tally: { ...EMPTY, skipped: await countTests(tier) }, note: `SKIPPED: ${reason}` };
};

const examine = async (tiers: readonly Tier[], signal: AbortSignal): Promise<Machine> => {
  const machine: Machine = { platform: process.platform, uid: process.getuid?.() };
  if (!tiers.some((tier) => NEEDS[tier].tools)) return machine;
  try {
    await ensureTools({ report: say, signal });
    return machine;
  } catch (error) {
    if (!isToolsError(error)) throw error;
    return { ...machine, withoutTools: error.message, broken: !SKIPS.has(error.code) };
  }
};

const runTier = async (
  tier: Tier,
  machine: Machine,
  filter: JestFilter,
  output: JestOutput,
  signal: AbortSignal,
): Promise<Outcome> => {
  const reason = missing(tier, machine);
  if (reason !== undefined) return await lacking(tier, machine, reason);
  const end = await runJest(tier, filter, output, signal);
  const note = end.report === undefined ? 'Jest ended without a report' : '';
  return { tally: tallyOf(end), note };
};

/** Runs the tiers; resolves to the exit code. */
const main = async (signal: AbortSignal): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      testNamePattern: { type: 'string', short: 't' },
      path: { type: 'string', short: 'p', multiple: true },
      'in-order': { type: 'boolean' },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const tiers = chooseTiers(positionals);
  const filter = { name: values.testNamePattern, paths: values.path ?? [] };
  const lanes = lanesOf(tiers, values['in-order'] ?? process.env['CI'] === 'true');
  const tallies: Tally[] = [];
  const summary = new Map<Tier, string>();
  const runLane = async (lane: readonly Tier[], machine: Machine): Promise<void> => {
    for (const tier of lane) {
      if (signal.aborted) break;
      say(`\n── ${tier}`);
      const start = performance.now();
      const { tally, note } = await runTier(tier, machine, filter, { isShared: lanes.length > 1 }, signal);
      if (note !== '') say(`${tier}: ${note}`);
      tallies.push(tally);
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      summary.set(tier, `${tier.padEnd(8)} ${describeTally(tally)} in ${seconds} s${note === '' ? '' : `; ${note}`}`);
    }
  };
  const failure = (error: unknown): void => {
    say(String(error));
    tallies.push({ ...EMPTY, failed: 1 });
  };
  try {
    const machine = await examine(tiers, signal);
    await Promise.all(lanes.map((lane) => runLane(lane, machine).catch(failure)));
  } catch (error) {
    failure(error);
  }
  const lines = TIERS.flatMap((tier) => summary.get(tier) ?? []);
  const sum = addTallies(tallies);
  const nothing = sum.passed + sum.failed === 0 && (filter.name !== undefined || filter.paths.length > 0);
  if (nothing) lines.push('Expected at least one test of that name, found none');
  if (signal.aborted) lines.push('interrupted');
  say(`\n${lines.join('\n')}`);
  process.stdout.write(`${describeTally(sum)}\n`);
  return sum.failed === 0 && !nothing && !signal.aborted ? 0 : 1;
};

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
try {
  process.exitCode = await main(interrupted.signal);
} catch (error) {
  say(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  process.exitCode = 2;
}
