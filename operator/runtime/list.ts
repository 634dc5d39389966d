import type { ApiClient } from './client.ts';
import { isGone } from './errors.ts';

/** A page of a list, as the API server sends it. */
interface ListPage<O> {
  metadata: { resourceVersion: string; continue?: string };
  items: O[];
}

export interface ListOptions<O, V> {
  client: Pick<ApiClient, 'get'>;
  path: string;
  /** Selectors. */
  query: Record<string, string>;
  pageSize: number;
  /** Each page is turned into small views at once, so that a large list is never held whole. */
  transform: (object: O) => V | undefined;
  signal: AbortSignal;
}

/** All views of a list, and the resource version at which they were true together. */
export interface ListResult<V> {
  views: V[];
  resourceVersion: string;
}

/**
 * Lists page by page; when the list's history is compacted on the way (410), once more in one piece. No resource
 * version is asked for, so the answer is never older than the request.
 */
export const listAll = async <O, V>(options: ListOptions<O, V>): Promise<ListResult<V>> => {
  try {
    return await listPages(options, { limit: String(options.pageSize) });
  } catch (error) {
    if (!isGone(error)) throw error;
    return await listPages(options, {});
  }
};

const listPages = async <O, V>(options: ListOptions<O, V>, paging: Record<string, string>): Promise<ListResult<V>> => {
  const { client, path, transform, signal } = options;
  const views: V[] = [];
  const query: Record<string, string> = { ...options.query, ...paging };
  for (;;) {
    const page = await client.get<ListPage<O>>(path, { query, signal });
    for (const object of page.items) {
      const view = transform(object);
      if (view !== undefined) views.push(view);
    }
    const { continue: next = '', resourceVersion } = page.metadata;
    if (next === '') return { views, resourceVersion };
    query['continue'] = next;
  }
};
