/**
 * One act of the demo.
 * - `code`, `config`: a release of a changed template, of a changed ConfigMap.
 * - `crash`: a release with a config value that the service refuses at start; it must never serve.
 * - `correct`: the value is put right again.
 * - `rollback`: a decision asks for the release before; its old slot was emptied long ago.
 * - `forward`: the decision is taken away again.
 * - `undo`: a release is taken back by a decision right after its switch, while the old slot is still whole.
 * - `restore`: the spec and the config that were found in the beginning.
 */
export type Act = 'code' | 'config' | 'crash' | 'correct' | 'rollback' | 'forward' | 'undo' | 'restore';

/** What is done, in order: code and config releases by turns, the crash in the middle, the ways back at the end. */
export const scenario = (releases: number): Act[] => {
  const mixed = Array.from({ length: releases }, (_, i): Act => (i % 2 === 0 ? 'code' : 'config'));
  const middle = Math.ceil(releases / 2);
  const crash: Act[] = ['crash', 'correct'];
  return [...mixed.slice(0, middle), ...crash, ...mixed.slice(middle), 'rollback', 'forward', 'undo', 'restore'];
};
