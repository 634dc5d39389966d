/** The types of conditions that a BlueGreen carries. Ready, Reconciling and Stalled are those of kstatus. */
export type ConditionType = 'Ready' | 'Reconciling' | 'Stalled' | 'Progressing' | 'Paused' | 'ConfigSynced';

/** A Kubernetes condition (metav1.Condition). */
export interface Condition {
  type: ConditionType;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration: number;
}

/** The condition of that type, if there is one. */
export const findCondition = (conditions: readonly Condition[], type: ConditionType): Condition | undefined =>
  conditions.find((condition) => condition.type === type);

/**
 * The list with one condition replaced or added. `lastTransitionTime` moves only when `status` changes, as the
 * Kubernetes API conventions ask.
 */
export const withCondition = (conditions: readonly Condition[], next: Condition): Condition[] => {
  const old = findCondition(conditions, next.type);
  const kept = old?.status === next.status ? { ...next, lastTransitionTime: old.lastTransitionTime } : next;
  return old === undefined
    ? [...conditions, kept]
    : conditions.map((condition) => (condition === old ? kept : condition));
};
