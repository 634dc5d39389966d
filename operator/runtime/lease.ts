/** A coordination.k8s.io/v1 Lease, as far as an election reads and writes it. */
export interface Lease {
  apiVersion: 'coordination.k8s.io/v1';
  kind: 'Lease';
  metadata: { namespace: string; name: string; resourceVersion?: string };
  spec?: LeaseSpec;
}

/** The record that candidates agree on. Times are MicroTime: RFC 3339 with six decimals. */
export interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

/** A moment as Kubernetes' MicroTime; a fraction of a millisecond counts. */
export const microTime = (epochMs: number): string => {
  const whole = Math.floor(epochMs);
  const micros = Math.min(999, Math.round((epochMs - whole) * 1000));
  return new Date(whole).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
};

/** What is written to take the lease or to keep it; a change of holder counts as a transition. */
export const heldSpec = (before: LeaseSpec, identity: string, durationMs: number, epochMs: number): LeaseSpec => {
  const now = microTime(epochMs);
  const mine = before.holderIdentity === identity;
  const transitions = before.leaseTransitions ?? 0;
  return {
    ...before,
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationMs / 1000),
    acquireTime: mine ? (before.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: mine || before.acquireTime === undefined ? transitions : transitions + 1,
  };
};

/** What is written to give the lease up: the next candidate may take it at once. */
export const releasedSpec = (before: LeaseSpec, epochMs: number): LeaseSpec => ({
  ...before,
  holderIdentity: '',
  leaseDurationSeconds: 1,
  renewTime: microTime(epochMs),
});
