import { parseArgs } from 'node:util';
import { numericFlag, UsageError } from '../load/options.ts';

/** What the demo shall do. */
export interface DemoOptions {
  context: string | undefined;
  namespace: string;
  name: string;
  path: string;
  releases: number;
  rates: { keepAlive: number; fresh: number };
  connections: number;
  controlSeconds: number;
  retireAfterSeconds: number;
  loadImage: string;
  killOperator: boolean;
  json: boolean;
}

export const USAGE = `Shows that no request is lost: releases one after the other under constant load.

Starts a load generator in the cluster, waits a while without releases to compare with (control), then makes
releases of BlueGreen users: code and config by turns, one that crashes, a rollback, a way back. Puts everything back
in the end, also after Ctrl-C. Exit code: 0 when every promise held, 1 when not, 2 for a wrong command line.

  --releases N              code and config releases, besides the crash and the ways back (20)
  --rate-keep-alive N       requests a second on connections that stay open (400)
  --connections N           how many of these connections (40)
  --rate-fresh N            requests a second on a new connection each (150)
  --control-seconds N       time without releases (20)
  --retire-after-seconds N  how long old releases are kept whole meanwhile (3)
  --kill-operator           kill the operator's working pod by SIGKILL at a random moment of every release;
                            only on the local cluster, as root
  --context NAME            use a context of your kubeconfig instead of the local cluster
  --namespace NAME          where the BlueGreen is (relevo)
  --name NAME               the BlueGreen (users)
  --path PATH               what is asked of its Service (/api/users)
  --load-image IMAGE        image of the load generator (relevo.local/load:dev)
  -o, --output json|table   what to print in the end (table)
  -h, --help                this text
`;

/** Reads a flag's whole number. @throws UsageError when it is none, or outside of the bounds */
export const whole = (flag: string, text: string, min: number, max: number): number => {
  const value = numericFlag(flag, text, min, max);
  if (!Number.isInteger(value)) throw new UsageError(`Expected a whole number for --${flag}, found "${text}"`);
  return value;
};

const outputIsJson = (text: string): boolean => {
  if (text !== 'json' && text !== 'table') throw new UsageError(`Expected json or table for --output, found "${text}"`);
  return text === 'json';
};

/** Reads a flag that names an object of Kubernetes. @throws UsageError */
export const kubernetesName = (flag: string, text: string): string => {
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text)) {
    throw new UsageError(`Expected the name of a Kubernetes object for --${flag}, found "${text}"`);
  }
  return text;
};

/** Reads the command line. `undefined`: help was asked for. @throws UsageError */
export const parseOptions = (args: string[]): DemoOptions | undefined => {
  const values = readFlags(args);
  if (values.help) return undefined;
  if (!values.path.startsWith('/')) throw new UsageError(`Expected --path to begin with /, found "${values.path}"`);
  return {
    context: values.context,
    namespace: kubernetesName('namespace', values.namespace),
    name: kubernetesName('name', values.name),
    path: values.path,
    releases: whole('releases', values.releases, 2, 1000),
    rates: {
      keepAlive: numericFlag('rate-keep-alive', values['rate-keep-alive'], 0, 100_000),
      fresh: numericFlag('rate-fresh', values['rate-fresh'], 0, 100_000),
    },
    connections: whole('connections', values.connections, 1, 10_000),
    controlSeconds: numericFlag('control-seconds', values['control-seconds'], 1, 3600),
    retireAfterSeconds: whole('retire-after-seconds', values['retire-after-seconds'], 0, 3600),
    loadImage: values['load-image'],
    killOperator: values['kill-operator'],
    json: outputIsJson(values.output),
  };
};

const readFlags = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        context: { type: 'string' },
        namespace: { type: 'string', default: 'relevo' },
        name: { type: 'string', default: 'users' },
        path: { type: 'string', default: '/api/users' },
        releases: { type: 'string', default: '20' },
        'rate-keep-alive': { type: 'string', default: '400' },
        connections: { type: 'string', default: '40' },
        'rate-fresh': { type: 'string', default: '150' },
        'control-seconds': { type: 'string', default: '20' },
        'retire-after-seconds': { type: 'string', default: '3' },
        'kill-operator': { type: 'boolean', default: false },
        'load-image': { type: 'string', default: 'relevo.local/load:dev' },
        output: { type: 'string', default: 'table', short: 'o' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
};
