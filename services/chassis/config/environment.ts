import type { Layer } from './layer.ts';

/** Values from environment variables. */
export const environmentLayer = (environment: Record<string, string | undefined>): Layer => ({
  find: ({ variable }) => {
    const text = environment[variable];
    return text === undefined ? undefined : { text, source: `environment variable ${variable}` };
  },
});
