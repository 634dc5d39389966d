import { describeExit, type NodeStatus } from '../node/node-status.ts';
import { shellLine } from './shell-line.ts';

const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
};

/** The status as a person reads it. */
export const describeStatus = (status: NodeStatus, now: number): string => {
  const { name, health, problems, parts, bootedAt } = status;
  const since = bootedAt === undefined ? '' : ` since ${bootedAt}`;
  const ended = parts.map((part) => describeExit(part, now)).filter((line) => line !== undefined);
  const rows = parts.map(({ name: part, phase, restarts, hostPid, log }) => [
    part,
    phase,
    String(restarts),
    String(hostPid ?? '-'),
    log,
  ]);
  const sections = [
    [`node "${name}": ${health === 'stopped' ? 'not running (npm start)' : health}${since}`],
    problems.map((problem) => `  ! ${problem}`),
    rows.length === 0 ? [] : table([['part', 'state', 'restarts', 'pid', 'log'], ...rows]),
    ended.map((line) => `  ${line}`),
    table([
      ['kubeconfig', status.kubeconfig],
      ['logs', `${status.logs} (pods: ${status.podLogs})`],
      ['state', status.state],
    ]),
    status.tools === undefined
      ? []
      : ['kubectl and helm in your own shell:', `  ${shellLine(status.tools, status.kubeconfig)}`],
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
};
