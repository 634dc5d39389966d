import { explain } from './commands/command-line.ts';
import { passThrough } from './commands/pass-through.ts';

// All arguments, --help included, are kubectl's own.
try {
  process.exitCode = await passThrough('kubectl', process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
