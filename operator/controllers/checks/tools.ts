import { LABEL_REVISION } from '../../api/names.ts';
import type { Exchange } from '../../checks/exchange.ts';
import type { CheckTools } from '../../checks/measure.ts';
import type { ApiClient } from '../../runtime/client.ts';
import type { Clock } from '../../runtime/clock.ts';
import { listPods } from '../pods.ts';
import { jobsOf } from './job-client.ts';

/** What checks reach the world with: pods and Jobs by the API server, addresses by `exchange`. */
export const checkTools = (client: ApiClient, exchange: Exchange, clock: Clock): CheckTools => ({
  exchange,
  clock,
  jobs: jobsOf(client),
  pods: ({ namespace, bluegreen, slot, revision }, signal) =>
    listPods(client, { namespace, bluegreen, slot, labels: { [LABEL_REVISION]: revision } }, signal),
});
