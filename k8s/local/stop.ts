import { readOptions, runCommand } from './commands/command-line.ts';
import { MAIN } from './node/instance.ts';
import { localInstance, stopNode } from './node/node.ts';
import { consoleReport } from './process/report.ts';
import { checkRights } from './system/system.ts';

const USAGE = `Stops the local node. No process, mount, link, namespace or control group of it is left.

  npm stop                its state stays: the next start brings everything back
  npm stop -- --delete    its state goes too: cluster data, images, certificates, logs

  --delete       remove the state as well
  --name NAME    another node than the one of "npm start" (main)
  -h, --help     this text
`;

await runCommand(USAGE, async (signal) => {
  const values = readOptions(
    {
      delete: { type: 'boolean', default: false },
      name: { type: 'string', default: MAIN },
      help: { type: 'boolean', short: 'h', default: false },
    },
    process.argv.slice(2),
  );
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { stateDir } = localInstance(values.name);
  checkRights(process.platform, process.getuid?.() ?? -1);
  const report = consoleReport();
  const ran = await stopNode({ name: values.name, report, signal, delete: values.delete });
  report(ran ? `the node "${values.name}" has stopped` : `the node "${values.name}" was not running`);
  report(values.delete ? 'its state is deleted' : `its state stays in ${stateDir} (npm stop -- --delete removes it)`);
  return 0;
});
