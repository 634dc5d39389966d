import { numericFlag, UsageError } from '../load/options.ts';

/** Which BlueGreen is put under load, and under how much. */
export interface TargetOptions {
  context: string | undefined;
  namespace: string;
  name: string;
  path: string;
  rates: { keepAlive: number; fresh: number };
  connections: number;
  loadImage: string;
}

/** The flags for it, as parseArgs takes them. */
export const TARGET_FLAGS = {
  context: { type: 'string' },
  namespace: { type: 'string', default: 'relevo' },
  name: { type: 'string', default: 'users' },
  path: { type: 'string', default: '/api/users' },
  'rate-keep-alive': { type: 'string', default: '400' },
  connections: { type: 'string', default: '40' },
  'rate-fresh': { type: 'string', default: '150' },
  'load-image': { type: 'string', default: 'relevo.local/load:dev' },
} as const;

/** Their lines of a help text. */
export const TARGET_USAGE = `  --rate-keep-alive N       requests a second on connections that stay open (400)
  --connections N           how many of these connections (40)
  --rate-fresh N            requests a second on a new connection each (150)
  --context NAME            use a context of your kubeconfig instead of the local cluster
  --namespace NAME          where the BlueGreen is (relevo)
  --name NAME               the BlueGreen (users)
  --path PATH               what is asked of its Service (/api/users)
  --load-image IMAGE        image of the load generator (relevo.local/load:dev)
`;

type Values = { [flag in Exclude<keyof typeof TARGET_FLAGS, 'context'>]: string } & { context?: string };

/** Reads the values of these flags. @throws UsageError */
export const readTarget = (values: Values): TargetOptions => {
  if (!values.path.startsWith('/')) throw new UsageError(`Expected --path to begin with /, found "${values.path}"`);
  return {
    context: values.context,
    namespace: kubernetesName('namespace', values.namespace),
    name: kubernetesName('name', values.name),
    path: values.path,
    rates: {
      keepAlive: numericFlag('rate-keep-alive', values['rate-keep-alive'], 0, 100_000),
      fresh: numericFlag('rate-fresh', values['rate-fresh'], 0, 100_000),
    },
    connections: whole('connections', values.connections, 1, 10_000),
    loadImage: values['load-image'],
  };
};

/** Reads a flag's whole number. @throws UsageError when it is none, or outside of the bounds */
export const whole = (flag: string, text: string, min: number, max: number): number => {
  const value = numericFlag(flag, text, min, max);
  if (!Number.isInteger(value)) throw new UsageError(`Expected a whole number for --${flag}, found "${text}"`);
  return value;
};

const kubernetesName = (flag: string, text: string): string => {
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text)) {
    throw new UsageError(`Expected the name of a Kubernetes object for --${flag}, found "${text}"`);
  }
  return text;
};
