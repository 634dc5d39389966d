import { StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';

/** Begins a measurement in the background. */
export const measure = ({ bluegreen, measurements }: ActionContext, action: ActionOf<'measure'>): void => {
  const { id, stage, slot, revision } = action;
  const { before, after } = bluegreen.spec.checks;
  const check = (stage === 'Before' ? before : after.checks).find(({ name }) => name === action.check);
  if (check === undefined) throw new StaleViewError(`a check ${action.check} in spec.checks`, 'none');
  measurements.begin(bluegreen, { id, check, stage, slot, revision });
};
