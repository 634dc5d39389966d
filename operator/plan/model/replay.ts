import type { BrokenPromise } from './broken-promise.ts';
import { format, parse } from './commands.ts';
import type { Command } from './commands.ts';
import type { Planner } from './process.ts';
import { checkRest, checkRestart, comeToRest, restore } from './rest.ts';
import { Simulation } from './simulation.ts';

/**
 * Runs a history, then lets everything come to rest and checks that too.
 *
 * @throws BrokenPromise
 */
export const runHistory = (planner: Planner, commands: readonly Command[]): void => {
  const simulation = new Simulation(planner);
  for (const command of commands) simulation.run(command);
  const leader = commands.length % 2 === 0 ? 0 : 1;
  comeToRest(simulation, leader);
  checkRestart(simulation, leader);
  restore(simulation);
  comeToRest(simulation, leader);
  checkRest(simulation);
  checkRestart(simulation, leader);
};

/** Runs a history that was saved as a script. */
export const replay = (planner: Planner, script: string): void => runHistory(planner, parse(script));

/** A history that breaks a promise, as text: what broke, and the script that replays it. */
export const report = (broken: BrokenPromise, commands: readonly Command[]): string =>
  `${broken.message}\nTo replay, give these lines to \`replay\` in operator/plan/model/replay.ts:\n\n${format(commands)}\n`;
