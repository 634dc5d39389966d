const COMPARISONS = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '==': (a: number, b: number) => a === b,
  '!=': (a: number, b: number) => a !== b,
} as const;

type Comparison = keyof typeof COMPARISONS;

/** A comparison of a measured value with a number. */
export interface Condition {
  comparison: Comparison;
  bound: number;
}

/** The text is no condition. */
export class ConditionError extends Error {
  readonly code = 'CONDITION';

  constructor(expected: string, found: string) {
    super(`Expected ${expected}, for example "value < 0.01", found ${JSON.stringify(found)}`);
    this.name = 'ConditionError';
  }
}

/** The same form as the rule in api/schema/check.ts, which refuses all others at apply. */
const FORM = /^ *(?<subject>[A-Za-z]\w*)? *(?<comparison>[<>=!]+)? *(?<bound>[^ ]+(?: +[^ ]+)*)? *$/;
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Reads `value < 0.01` and the like. Throws ConditionError. */
export const parseCondition = (text: string): Condition => {
  const { subject, comparison, bound } = FORM.exec(text)?.groups ?? {};
  if (subject !== 'value') throw new ConditionError('a condition that starts with "value"', text);
  if (comparison === undefined || !isComparison(comparison)) {
    throw new ConditionError(`one of ${Object.keys(COMPARISONS).join(' ')} after "value"`, text);
  }
  if (bound === undefined || !NUMBER.test(bound)) throw new ConditionError(`a number after ${comparison}`, text);
  return { comparison, bound: Number(bound) };
};

/** Whether the condition holds for a value; it never does for NaN. */
export const holds = ({ comparison, bound }: Condition, value: number): boolean =>
  !Number.isNaN(value) && COMPARISONS[comparison](value, bound);

/** The condition about a value, as a person would write it. */
export const conditionText = ({ comparison, bound }: Condition): string => `${comparison} ${bound}`;

const isComparison = (text: string): text is Comparison => Object.hasOwn(COMPARISONS, text);
