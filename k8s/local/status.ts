import { readOptions, runCommand, UsageError } from './commands/command-line.ts';
import { MAIN } from './node/instance.ts';
import { EXIT_CODES, nodeStatus } from './node/node-status.ts';
import { localInstance } from './node/node.ts';
import { describeStatus } from './commands/status-text.ts';

const USAGE = `Says how the local node is, where its kubeconfig and logs are, and which of its parts have ended.

A part that ends is started again after a moment (0.5 s, then twice as long each time, at most 30 s).
Exit code: 0 running, 1 not all of it works, 3 not running, 2 for a wrong command line.

  -o, --output text|json   (text)
  --name NAME              another node than the one of "npm start" (main)
  -h, --help               this text
`;

await runCommand(USAGE, async (signal) => {
  const values = readOptions(
    {
      output: { type: 'string', short: 'o', default: 'text' },
      name: { type: 'string', default: MAIN },
      help: { type: 'boolean', short: 'h', default: false },
    },
    process.argv.slice(2),
  );
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.output !== 'text' && values.output !== 'json') {
    throw new UsageError(`Expected text or json for --output, found "${values.output}"`);
  }
  const status = await nodeStatus(localInstance(values.name), signal);
  const text =
    values.output === 'json' ? `${JSON.stringify(status, undefined, 2)}\n` : describeStatus(status, Date.now());
  process.stdout.write(text);
  return EXIT_CODES[status.health];
});
