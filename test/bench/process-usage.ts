import { readdir, readFile, writeFile } from 'node:fs/promises';

/** What a process has used so far. */
export interface Usage {
  /** Memory that it holds now, in bytes (VmRSS). */
  rss: number;
  /** The most that it held since its start or since the last call of `forgetPeak` (VmHWM). */
  peakRss: number;
  /** Processor time since its start, in seconds. */
  cpuSeconds: number;
}

// USER_HZ: 100 on every architecture that Linux and Node share (man 5 proc, man 7 time).
const TICKS_PER_SECOND = 100;

/** The fields of /proc/PID/stat from the third on; the second is the program's name in brackets and may hold spaces. */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

const cpuSecondsOf = (stat: string): number => {
  // utime and stime are fields 14 and 15.
  const [utime = '', stime = ''] = fieldsOf(stat).slice(11, 13);
  return (Number(utime) + Number(stime)) / TICKS_PER_SECOND;
};

/** Reads the texts of /proc/PID/status and /proc/PID/stat. */
export const parseUsage = (status: string, stat: string): Usage => {
  const kilobytes = (name: string): number => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    if (found === undefined) throw new TypeError(`Expected ${name} in /proc/PID/status, found none`);
    return Number(found) * 1024;
  };
  return { rss: kilobytes('VmRSS'), peakRss: kilobytes('VmHWM'), cpuSeconds: cpuSecondsOf(stat) };
};

/** What a running process has used so far. */
export const readUsage = async (pid: number): Promise<Usage> =>
  parseUsage(await readFile(`/proc/${pid}/status`, 'utf8'), await readFile(`/proc/${pid}/stat`, 'utf8'));

/** Lets the most memory that a process ever held be counted from now (man 5 proc, clear_refs). */
export const forgetPeak = async (pid: number): Promise<void> => await writeFile(`/proc/${pid}/clear_refs`, '5');

/** The name under which `readFamily` gives the process itself. */
export const SELF = 'bench';

/** Processor time of this process and of each program that it has started but one, in seconds, by name. */
export const readFamily = async (exceptPid: number): Promise<Record<string, number>> => {
  const family: Record<string, number> = {};
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || entry === String(exceptPid)) continue;
    // A process may end while it is looked at.
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const isSelf = entry === String(process.pid);
    if (!isSelf && fieldsOf(stat)[1] !== String(process.pid)) continue;
    const name = isSelf ? SELF : stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    family[name] = (family[name] ?? 0) + cpuSecondsOf(stat);
  }
  return family;
};
