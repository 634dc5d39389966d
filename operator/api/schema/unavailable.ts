import type { Rule } from './structural.ts';

/**
 * What the API has a place for and this version of the operator cannot do yet. Such a value is refused, never ignored.
 * Whoever builds a feature deletes its line here. `self` is the `spec` of a BlueGreen, with its defaults.
 */
export const unavailable: Rule[] = [
  {
    rule: 'self.switch.overlapSeconds == 0',
    message: 'switch.overlapSeconds above 0 is not available in this version: write 0',
    fieldPath: '.switch.overlapSeconds',
  },
];
