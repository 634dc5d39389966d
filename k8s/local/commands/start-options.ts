import { readOptions, UsageError } from './command-line.ts';
import { BUILDERS, type BuilderName } from '../images/image-builder.ts';

/** What `npm start` shall do. */
export interface StartOptions {
  help: boolean;
  nodeOnly: boolean;
  context?: string;
  registry?: string;
  builder?: BuilderName;
  base?: string;
}

/** What `npm start -- --help` says. */
export const START_USAGE = `Brings up a whole Kubernetes node on this machine, builds the images, installs the operator and the example service
"users" into namespace relevo, and makes a request to it. The same command again brings everything up to date.

  npm start
  npm start -- --node-only
  npm start -- --context NAME --registry HOST/PATH

  --node-only            only the node, with DNS and metrics; nothing of Relevo in it
  --context NAME         use a context of your kubeconfig in place of the local node
  --registry HOST/PATH   with --context: push the images there (a kind cluster gets them without a registry)
  --builder NAME         docker or buildah (docker where an engine answers, else buildah)
  --base IMAGE           base image with Node 24 (made from Debian's packages; with Docker the one in the Dockerfile)
  -h, --help             this text

The node runs on Linux as root. First start: 15 minutes, most of it to compile Kubernetes once. Later: half a minute.
Environment: RELEVO_STATE_DIR is where nodes keep their state, XDG_CACHE_HOME where built tools and images are kept.
`;

const REGISTRY = /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

const oneOfBuilders = (text: string): BuilderName => {
  const found = BUILDERS.find((name) => name === text);
  if (found === undefined) throw new UsageError(`Expected ${BUILDERS.join(' or ')} for --builder, found "${text}"`);
  return found;
};

/** Reads the command line of `npm start`; throws UsageError. */
export const readStartOptions = (args: readonly string[]): StartOptions => {
  const {
    help,
    'node-only': nodeOnly,
    context,
    registry,
    builder,
    base,
  } = readOptions(
    {
      help: { type: 'boolean', short: 'h', default: false },
      'node-only': { type: 'boolean', default: false },
      context: { type: 'string' },
      registry: { type: 'string' },
      builder: { type: 'string' },
      base: { type: 'string' },
    },
    args,
  );
  for (const [name, value] of Object.entries({ context, registry, base })) {
    if (value === '') throw new UsageError(`Expected a value for --${name}, found nothing`);
  }
  if (registry !== undefined && context === undefined) {
    throw new UsageError('Expected --registry only together with --context: the local node gets its images directly');
  }
  if (registry !== undefined && !REGISTRY.test(registry)) {
    throw new UsageError(
      `Expected --registry as HOST/PATH without a scheme, for example registry.example.com/team/relevo, found "${registry}"`,
    );
  }
  if (nodeOnly && context !== undefined) {
    throw new UsageError('Expected --node-only or --context, found both: a context has its nodes already');
  }
  return {
    help,
    nodeOnly,
    ...(context === undefined ? {} : { context }),
    ...(registry === undefined ? {} : { registry }),
    ...(builder === undefined ? {} : { builder: oneOfBuilders(builder) }),
    ...(base === undefined ? {} : { base }),
  };
};
