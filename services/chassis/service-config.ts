import { statSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { argumentsLayer } from './config/arguments.ts';
import { ConfigError, type ConfigProblem } from './config/config-error.ts';
import { type ConfigEntry, readConfig } from './config/config.ts';
import { dotenvLayer } from './config/dotenv.ts';
import { environmentLayer } from './config/environment.ts';
import { folderLayer } from './config/folder.ts';
import type { Found, Layer } from './config/layer.ts';
import { describeSettings, type Setting } from './config/setting.ts';
import { type ChassisConfig, chassisSettings } from './settings.ts';

/** Where a process finds its configuration. */
export interface ConfigSources {
  argv: string[];
  environment: Record<string, string | undefined>;
  /** Where `.env` is looked for. */
  folder: string;
}

/** The configuration of a service: the chassis's part and its own. */
export interface ServiceConfig<T> {
  chassis: ChassisConfig;
  own: T;
  /** Every value with its source, fit to be shown. */
  entries: Record<string, ConfigEntry>;
}

/** All settings of a service: its own first, then the chassis's. Throws when both name one key. */
export const serviceSettings = (own: z.ZodObject): { own: Setting[]; chassis: Setting[] } => {
  const settings = { own: describeSettings(own), chassis: describeSettings(chassisSettings) };
  const taken = settings.own.find(({ variable }) => settings.chassis.some((other) => other.variable === variable));
  if (taken) throw new TypeError(`Expected a key that the chassis does not have, found ${taken.key}`);
  return settings;
};

/**
 * Reads the configuration from arguments, environment, `.env`, mounted files and defaults, in this order; `'help'` if
 * that was asked for. Throws one {@link ConfigError} that names every bad key.
 */
export const loadServiceConfig = <S extends z.ZodObject>(
  schema: S,
  { argv, environment, folder }: ConfigSources,
): ServiceConfig<z.output<S>> | 'help' => {
  const settings = serviceSettings(schema);
  const argumentValues = argumentsLayer(argv, [...settings.own, ...settings.chassis]);
  if (argumentValues.help) return 'help';

  const direct: Layer[] = [argumentValues, environmentLayer(environment), dotenvLayer(join(folder, '.env'))];
  const mounted = mountedLayer(direct, settings.chassis);
  // A layer for etcd goes last, when there is one: what is mounted in a pod is nearer to it.
  const layers = [...direct, mounted];
  const own = readConfig(schema, settings.own, layers);
  const chassis = readConfig(chassisSettings, settings.chassis, layers);
  const problems = [
    ...layers.flatMap((layer) => layer.problems ?? []),
    ...own.problems,
    ...chassis.problems,
    ...(chassis.config ? samePorts(chassis.config.values) : []),
  ];
  if (!own.config || !chassis.config || problems.length > 0) throw new ConfigError(problems);
  return {
    chassis: chassis.config.values,
    own: own.config.values,
    entries: { ...own.config.entries, ...chassis.config.entries },
  };
};

/** The folder of mounted files is itself a setting, of the layers above it. A folder that was named must be there. */
const mountedLayer = (direct: Layer[], settings: Setting[]): Layer => {
  const setting = settings.find(({ key }) => key === 'configPath');
  if (!setting) return folderLayer('');
  const found = direct.map((layer) => layer.find(setting)).find((value) => value !== undefined);
  const path = found?.text ?? String(setting.default);
  return { ...folderLayer(path), problems: found ? missingFolder(path, setting, found) : [] };
};

const missingFolder = (path: string, setting: Setting, { source }: Found): ConfigProblem[] =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory()
    ? []
    : [{ key: setting.variable, expected: 'a folder that exists', found: JSON.stringify(path), source }];

const samePorts = ({ port, managementPort }: ChassisConfig): ConfigProblem[] =>
  port !== managementPort || port === 0
    ? []
    : [
        {
          key: 'MANAGEMENT_PORT',
          expected: 'another port than PORT',
          found: `${managementPort} for both`,
          source: 'set --management-port or --port',
        },
      ];
