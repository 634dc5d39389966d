import * as z from 'zod';

const port = () => z.int().min(0).max(65_535);
const seconds = () => z.number().min(0).max(3600);

/**
 * The chassis's own configuration, which every service has beside its own.
 *
 * A pod needs `lameDuckSeconds + drainTimeoutSeconds` and a little more to stop: the chart computes
 * `terminationGracePeriodSeconds` from these two.
 */
export const chassisSettings = z.object({
  port: port().default(8080).describe('Port of the API; 0 takes a free one.'),
  managementPort: port().default(9090).describe('Port of the probes, metrics and status; 0 takes a free one.'),
  listenAddress: z.string().min(1).optional().describe('Address that both ports listen on; every address if not set.'),
  configPath: z
    .string()
    .min(1)
    .default('/etc/config')
    .describe('Folder of mounted config: one file for each variable.'),
  podInfoPath: z
    .string()
    .min(1)
    .default('/run/relevo')
    .describe('Folder of the pod-info volume with the files traffic and revision; may be missing.'),
  revisionHeader: z.boolean().default(true).describe('Name the revision in the response header x-relevo-revision.'),
  lameDuckSeconds: seconds()
    .default(5)
    .describe('How long new connections are still served after SIGTERM, until every proxy has heard of it.'),
  drainTimeoutSeconds: seconds()
    .default(20)
    .describe('How long requests in flight may then take, before their connections are cut.'),
  // Above the 60 s after which nginx and the load balancers of AWS let go of an idle connection: the side that sends
  // requests must be the one that closes, or a request can meet a closing connection.
  keepAliveSeconds: seconds().default(65).describe('How long an idle connection is kept open.'),
  bodyLimitBytes: z.int().min(0).default(102_400).describe('Largest request body that is read.'),
  trustProxy: z.boolean().default(false).describe('Take the client address from X-Forwarded-For.'),
  accessLog: z.boolean().default(true).describe('Log one line for each request.'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least level that is logged.'),
});

/** Values of {@link chassisSettings}. */
export type ChassisConfig = z.output<typeof chassisSettings>;
