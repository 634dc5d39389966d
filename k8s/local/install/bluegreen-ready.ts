import { runLines } from '../process/lines.ts';
import type { Cluster } from './cluster.ts';
import type { Report } from '../process/report.ts';

/** What is looked at of a BlueGreen's status. */
interface Status {
  observedGeneration?: number;
  active?: string;
  step?: { name?: string; waitingFor?: string };
  conditions?: { type: string; status: string; message?: string }[];
}

/** A release did not become ready in time. */
export class ReleaseError extends Error {
  readonly code = 'RELEASE_NOT_READY';
  override readonly name = 'ReleaseError';
}

/** Which BlueGreen, and how long its release may take. */
export interface ReadyOptions {
  namespace: string;
  name: string;
  timeoutMs: number;
  report: Report;
  signal: AbortSignal;
}

/** Where a release stands: the revision that serves, or one sentence on what it waits for. */
export type Progress = { live: string } | { sentence: string };

/** Reads a line of `GENERATION STATUS`. */
export const readProgress = (line: string): Progress => {
  const [, generation, text] = /^(\d*)\s+(.*)$/.exec(line) ?? [];
  if (text === undefined || text === '') return { sentence: 'waiting for the operator to see it' };
  // The API server has checked it against the schema.
  const { observedGeneration, active, step, conditions }: Status = JSON.parse(text);
  const ready = conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  if (active !== undefined && ready && observedGeneration === Number(generation)) return { live: active };
  const waitingFor = step?.waitingFor === undefined ? '' : `: ${step.waitingFor}`;
  return { sentence: `${step?.name ?? 'Waiting'}${waitingFor}` };
};

/** Waits until the last spec of a BlueGreen is live; gives the revision that serves. */
export const waitForRelease = async (cluster: Cluster, options: ReadyOptions): Promise<string> => {
  const { namespace, name, timeoutMs, report, signal } = options;
  const [kubectl, ...target] = cluster.kubectl;
  const found = new AbortController();
  const timeout = AbortSignal.timeout(timeoutMs);
  const said: string[] = [];
  let [live, last]: [string | undefined, string] = [undefined, ''];
  const look = (line: string) => {
    const progress = readProgress(line);
    if ('live' in progress) {
      live = progress.live;
      found.abort();
    } else if (progress.sentence !== last) {
      last = progress.sentence;
      report(`${name}: ${last}`);
    }
  };
  const format = String.raw`jsonpath={.metadata.generation} {.status}{"\n"}`;
  const get = [`--namespace=${namespace}`, 'get', `bluegreens.relevo.dev/${name}`, '--watch', '--output', format];
  try {
    await runLines(kubectl, [...target, ...get], {
      env: cluster.env,
      signal: AbortSignal.any([signal, found.signal, timeout]),
      onStdout: look,
      onStderr: (line) => said.push(line),
    });
  } catch (error) {
    if (!found.signal.aborted && !timeout.aborted) throw error;
  }
  if (live !== undefined) return live;
  const { kubectl: words } = cluster.words;
  throw new ReleaseError(
    `Expected BlueGreen ${name} to be Ready within ${timeoutMs / 1000} s, found ${last || said.join(' ') || 'no answer'}. Look closer: ${words} -n ${namespace} describe bluegreen ${name}; ${words} -n ${namespace} get pods; ${words} -n ${namespace} logs deployment/relevo-operator`,
  );
};
