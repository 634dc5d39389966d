import type { CheckStage } from '../api/checks.ts';
import type { Slot } from '../api/names.ts';

/** The release that one measurement is about. */
export interface Subject {
  namespace: string;
  bluegreen: string;
  /** Of the BlueGreen. */
  uid: string;
  stage: CheckStage;
  slot: Slot;
  revision: string;
  /** Of the measurement: no other one ever has it. */
  id: string;
}

/** A text in which `$(revision)` and the like, written as in a container's args, are filled in. */
export const filledIn = (text: string, { namespace, bluegreen, slot, revision }: Subject): string => {
  const values: Record<string, string> = { namespace, name: bluegreen, slot, revision };
  return text.replace(/\$\((\w+)\)/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : whole,
  );
};
