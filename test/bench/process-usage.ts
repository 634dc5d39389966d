import { readFile } from 'node:fs/promises';

/** What a process has used so far. */
export interface Usage {
  /** Memory that it holds now, in bytes (VmRSS). */
  rss: number;
  /** The most that it ever held (VmHWM). */
  peakRss: number;
  /** Processor time since its start, in seconds. */
  cpuSeconds: number;
}

// USER_HZ: 100 on every architecture that Linux and Node share (man 5 proc, man 7 time).
const TICKS_PER_SECOND = 100;

/** Reads the texts of /proc/PID/status and /proc/PID/stat. */
export const parseUsage = (status: string, stat: string): Usage => {
  const kilobytes = (name: string): number => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    if (found === undefined) throw new TypeError(`Expected ${name} in /proc/PID/status, found none`);
    return Number(found) * 1024;
  };
  // The second field is the program's name in brackets and may hold spaces; utime and stime are fields 14 and 15.
  const [utime = '', stime = ''] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return {
    rss: kilobytes('VmRSS'),
    peakRss: kilobytes('VmHWM'),
    cpuSeconds: (Number(utime) + Number(stime)) / TICKS_PER_SECOND,
  };
};

/** What a running process has used so far. */
export const readUsage = async (pid: number): Promise<Usage> =>
  parseUsage(await readFile(`/proc/${pid}/status`, 'utf8'), await readFile(`/proc/${pid}/stat`, 'utf8'));
