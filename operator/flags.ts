import { parseArgs } from 'node:util';

/** What the operator is told on its command line. */
export interface Flags {
  help: boolean;
  watchNamespaces: string[];
  secrets: boolean;
  leaderElectionNamespace: string;
  identity: string | undefined;
  managementPort: number;
  logLevel: string;
  kubeconfig: string | undefined;
  context: string | undefined;
}

export const USAGE = `Usage: operator [flags]

  --watch-namespaces=A,B           Watch only these namespaces. Default: all.
  --secrets                        Read Secrets, for BlueGreens with config.secrets Restart or Pin.
  --leader-election-namespace=NS   Where the Lease relevo-operator is. Default: relevo.
  --identity=NAME                  Who this is in the Lease; must be unique. Default: the pod's name and a random part.
  --management-port=PORT           Where /metrics, /healthz and /readyz are served. Default: 9090.
  --log-level=LEVEL                trace, debug, info, warn, error or silent. Default: info.
  --kubeconfig=FILE                Default: KUBECONFIG, the pod's service account, or ~/.kube/config.
  --context=NAME                   A context of the kubeconfig. Default: its current one.
  --help                           Show this.
`;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** A flag is unknown or its value is wrong. */
export class FlagError extends Error {
  readonly code = 'FLAG';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'FlagError';
  }
}

/** Reads the command line; throws FlagError. */
export const parseFlags = (args: readonly string[]): Flags => {
  const values = parse(args);
  return {
    help: values.help,
    watchNamespaces: values['watch-namespaces'].split(',').filter((name) => name !== ''),
    secrets: values.secrets,
    leaderElectionNamespace: notEmpty('leader-election-namespace', values['leader-election-namespace']),
    identity: values.identity,
    managementPort: port('management-port', values['management-port']),
    logLevel: oneOf('log-level', LOG_LEVELS, values['log-level']),
    kubeconfig: values.kubeconfig,
    context: values.context,
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false },
        'watch-namespaces': { type: 'string', default: '' },
        secrets: { type: 'boolean', default: false },
        'leader-election-namespace': { type: 'string', default: 'relevo' },
        identity: { type: 'string' },
        'management-port': { type: 'string', default: '9090' },
        'log-level': { type: 'string', default: 'info' },
        kubeconfig: { type: 'string' },
        context: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new FlagError(error instanceof Error ? error.message : String(error), error);
  }
};

const notEmpty = (flag: string, value: string): string => {
  if (value === '') throw new FlagError(`Expected --${flag} to have a value, found none`);
  return value;
};

const port = (flag: string, value: string): number => {
  const number = Number(value);
  if (!/^\d+$/u.test(value) || number > 65_535) {
    throw new FlagError(`Expected --${flag} to be a port from 0 to 65535, found ${value}`);
  }
  return number;
};

const oneOf = (flag: string, values: readonly string[], value: string): string => {
  if (!values.includes(value))
    throw new FlagError(`Expected --${flag} to be one of ${values.join(', ')}, found ${value}`);
  return value;
};
