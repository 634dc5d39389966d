import { checks } from './causes/checks.ts';
import { copyTaken } from './causes/copy-taken.ts';
import { gates } from './causes/gates.ts';
import { heldBack } from './causes/held-back.ts';
import { missingConfig } from './causes/missing-config.ts';
import { missingService } from './causes/missing-service.ts';
import { nameTaken } from './causes/name-taken.ts';
import { operatorAway } from './causes/operator-away.ts';
import { other } from './causes/other.ts';
import { pods } from './causes/pods.ts';
import { refused } from './causes/refused.ts';
import { rejected } from './causes/rejected.ts';
import { rollbackGone } from './causes/rollback-gone.ts';
import { traffic } from './causes/traffic.ts';
import type { Cause, Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';

/** Each family of causes; what stands earlier keeps what stands later from mattering. */
const CAUSES: readonly Cause[] = [
  operatorAway,
  missingService,
  nameTaken,
  missingConfig,
  copyTaken,
  refused,
  rollbackGone,
  pods,
  checks,
  gates,
  traffic,
  rejected,
  heldBack,
];

const WEIGHT: Readonly<Record<Finding['bearing'], number>> = { stuck: 0, decision: 1, moving: 2 };

/** Why a BlueGreen is where it is: what keeps it first, and nothing at all when all is well. */
export const explain = (evidence: Evidence): Finding[] => {
  const found = CAUSES.flatMap((cause) => cause(evidence));
  const all = found.length > 0 ? found : other(evidence);
  return all.toSorted((a, b) => WEIGHT[a.bearing] - WEIGHT[b.bearing]);
};
