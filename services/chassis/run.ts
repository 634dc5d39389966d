import { systemClock } from './clock.ts';
import { isConfigError } from './config/config-error.ts';
import { isListenError } from './listen.ts';
import { createLog, type Log, standardOutput } from './log.ts';
import type { ConfiguredService, Service } from './service.ts';
import type { RunningService } from './start.ts';

/** Exit code of a process that a second SIGINT ended: 128 + the signal's number. */
const INTERRUPTED = 130;

/**
 * The life of a service's process. Ends it with code 0 after a stop without loss, with 1 if it could not start or
 * stopped because of an error that nobody caught.
 */
export const run = async (service: Service): Promise<void> => {
  const sink = standardOutput();
  const exit = (code: number): never => {
    sink.flush();
    process.exit(code);
  };
  const configured = configure(service, createLog(service.name, 'info', sink.destination));
  if (typeof configured === 'number') return exit(configured);
  const log = createLog(service.name, configured.logLevel, sink.destination);

  const giveUp = new AbortController();
  let running: RunningService | undefined;
  let exitCode = 0;
  const stop = async (): Promise<void> => {
    giveUp.abort();
    if (!running) return;
    try {
      await running.stop();
    } catch (error) {
      log.error({ err: error }, 'stop failed');
      exitCode = 1;
    }
    exit(exitCode);
  };
  onSignals(log, stop, () => exit(INTERRUPTED));
  onUncaught(log, () => {
    exitCode = 1;
    void stop();
  });

  try {
    running = await configured.start({ log, clock: systemClock, signal: giveUp.signal });
  } catch (error) {
    if (giveUp.signal.aborted) return exit(exitCode);
    report(log, error, 'start failed');
    return exit(1);
  }
  if (giveUp.signal.aborted) await stop();
};

/** The configured service, or an exit code if there is nothing to start. */
const configure = (service: Service, log: Log): ConfiguredService | number => {
  try {
    const configured = service.configure({
      argv: process.argv.slice(2),
      environment: process.env,
      folder: process.cwd(),
    });
    if (configured !== 'help') return configured;
    process.stdout.write(service.help());
    return 0;
  } catch (error) {
    report(log, error, 'start failed');
    return 1;
  }
};

/** One JSON line for collectors, clear text for people. */
const report = (log: Log, error: unknown, message: string): void => {
  if (isConfigError(error))
    log.fatal({ code: error.code, problems: error.problems }, 'The configuration cannot be used');
  else if (isListenError(error)) log.fatal({ code: error.code }, error.message);
  else return log.fatal({ err: error }, message);
  process.stderr.write(`${error.message}\n`);
};

const onSignals = (log: Log, stop: () => Promise<void>, interrupt: () => void): void => {
  let interrupts = 0;
  process.on('SIGTERM', () => {
    log.info({ signal: 'SIGTERM' }, 'signal');
    void stop();
  });
  process.on('SIGINT', () => {
    interrupts += 1;
    if (interrupts > 1) return interrupt();
    log.info({ signal: 'SIGINT' }, 'signal: once more ends at once');
    return void stop();
  });
};

const onUncaught = (log: Log, stop: () => void): void => {
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'an error was not caught: stopping');
    stop();
  });
};
