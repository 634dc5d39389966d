/** The tiers, from the fastest to the one that needs most. */
export const TIERS = ['unit', 'charts', 'api', 'cluster'] as const;
export type Tier = (typeof TIERS)[number];

/** What a tier takes besides Node. */
export interface Needs {
  /** The programs of k8s/local/go.mod. */
  tools: boolean;
  /** A real node: Linux, and root to make it. */
  node: boolean;
}

export const NEEDS: Readonly<Record<Tier, Needs>> = {
  unit: { tools: false, node: false },
  charts: { tools: true, node: false },
  api: { tools: true, node: false },
  cluster: { tools: true, node: true },
};

/** Arguments to Jest that a tier takes besides its config. */
export const JEST_ARGUMENTS: Readonly<Record<Tier, readonly string[]>> = {
  unit: [],
  charts: [],
  api: [],
  // One node is shared by all of its tests.
  cluster: ['--runInBand'],
};

const isTier = (name: string): name is Tier => TIERS.some((tier) => tier === name);

/** The tiers of that name, in their order; all of them if none is named. */
export const chooseTiers = (names: readonly string[]): Tier[] => {
  for (const name of names) {
    if (!isTier(name)) throw new TypeError(`Expected a tier (${TIERS.join(', ')}), found ${JSON.stringify(name)}`);
  }
  return names.length === 0 ? [...TIERS] : TIERS.filter((tier) => names.includes(tier));
};

/**
 * Tiers that run at the same time, each lane's one after another. The tests on the node mostly wait, for pods and for
 * clocks, so they have a lane of their own beside those that compute; in order, there is one lane.
 */
export const lanesOf = (tiers: readonly Tier[], inOrder: boolean): Tier[][] => {
  if (inOrder) return [[...tiers]];
  const lanes = [tiers.filter((tier) => !NEEDS[tier].node), tiers.filter((tier) => NEEDS[tier].node)];
  return lanes.filter((lane) => lane.length > 0);
};

/** What is known of the machine. */
export interface Machine {
  platform: string;
  uid: number | undefined;
  /** Why the programs of go.mod cannot be had. */
  withoutTools?: string | undefined;
  /** They could be had, but their build failed. */
  broken?: boolean;
}

/** Why a tier cannot run on that machine and how to run it; undefined if it can. */
export const missing = (tier: Tier, { platform, uid, withoutTools }: Machine): string | undefined => {
  const needs = NEEDS[tier];
  if (needs.tools && withoutTools !== undefined) return withoutTools;
  if (!needs.node) return undefined;
  if (platform !== 'linux') return `Expected Linux for a real node, found ${platform}: run it in a Linux machine`;
  if (uid !== 0) return `Expected root for a real node, found user ${uid}: sudo env "PATH=$PATH" npm test -- ${tier}`;
  return undefined;
};
