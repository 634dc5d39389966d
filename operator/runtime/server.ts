import type { Registry } from 'prom-client';

/** A question that a probe asks: undefined is yes, a sentence says why not. */
export type ProbeCheck = () => string | undefined;

export interface ManagementServerOptions {
  /** 0 takes any free port. */
  port: number;
  host?: string;
  registry: Registry;
  /** Checks behind /ready by name; all must hold. */
  ready: Record<string, ProbeCheck>;
  /** Checks behind /live by name. */
  live?: Record<string, ProbeCheck>;
}

export interface ManagementServer {
  /** The port it listens on. */
  readonly port: number;
  close(): Promise<void>;
}

/** Serves /metrics, /live and /ready. Rejects when the port cannot be had. */
export const startManagementServer = (_options: ManagementServerOptions): Promise<ManagementServer> => {
  throw new Error('not yet');
};
