import { systemClock } from '../runtime/clock.ts';
import { connector } from './connect.ts';
import { run } from './run.ts';

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => interrupt.abort(new Error('Interrupted')));
}
// The reader of a pipe has enough (kubectl relevo list | head): no failure.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  clock: systemClock,
  connect: connector(process.env),
  signal: interrupt.signal,
});
