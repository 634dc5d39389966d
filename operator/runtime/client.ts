import type { KubeConfig } from '@kubernetes/client-node';

/** How the API server is reached and how requests prove who sends them; a KubeConfig is one. */
export type Connection = Pick<KubeConfig, 'getCurrentCluster' | 'applyToHTTPSOptions'>;

/** What became of one request. */
export interface RequestReport {
  method: string;
  /** The host and port of the API server. */
  host: string;
  /** The HTTP status, or `error` when no answer came. */
  code: number | 'error';
  seconds: number;
}

export interface ApiClientOptions {
  userAgent: string;
  /** Told of every request when its answer's head has come, or when it failed. */
  onRequest?: (report: RequestReport) => void;
}

/** What any request may say. */
export interface RequestOptions {
  signal: AbortSignal;
  query?: Record<string, string>;
}

/** Preconditions and manner of a deletion. */
export interface DeleteOptions extends RequestOptions {
  resourceVersion?: string;
  uid?: string;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
}

/** A server-side apply. */
export interface ApplyOptions extends RequestOptions {
  fieldManager: string;
  /** Take fields over from other managers. */
  force?: boolean;
  /** Check everything, store nothing. */
  dryRun?: boolean;
}

/** A patch by one of the other patch types. */
export interface PatchOptions extends RequestOptions {
  type: 'merge' | 'strategic' | 'json';
  fieldManager?: string;
}

/** One line of a watch. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: unknown;
}

/**
 * Thin HTTP client of the Kubernetes API. Every method throws ApiError when the server refuses and ConnectionError
 * when no whole answer came; an abort throws the signal's reason.
 *
 * Own code because the client library's request layer loads a model of the whole API and of undici (some 40 MB).
 */
export class ApiClient {
  constructor(_connection: Connection, _options: ApiClientOptions) {
    throw new Error('not yet');
  }

  get<T>(_path: string, _options: RequestOptions): Promise<T> {
    throw new Error('not yet');
  }

  create<T>(_path: string, _body: unknown, _options: RequestOptions): Promise<T> {
    throw new Error('not yet');
  }

  update<T>(_path: string, _body: unknown, _options: RequestOptions): Promise<T> {
    throw new Error('not yet');
  }

  delete(_path: string, _options: DeleteOptions): Promise<void> {
    throw new Error('not yet');
  }

  apply<T>(_path: string, _body: unknown, _options: ApplyOptions): Promise<T> {
    throw new Error('not yet');
  }

  patch<T>(_path: string, _body: unknown, _options: PatchOptions): Promise<T> {
    throw new Error('not yet');
  }

  watch(_path: string, _query: Record<string, string>, _signal: AbortSignal): AsyncIterable<WatchEvent> {
    throw new Error('not yet');
  }
}
