import type { BlueGreen } from '../../api/bluegreen.ts';

/** The schema gives a new object a status with nothing but `observedGeneration: -1`: no operator has seen it yet. */
export const withoutEmptyStatus = ({ status, ...object }: BlueGreen): BlueGreen =>
  status?.step === undefined ? object : { ...object, status };
