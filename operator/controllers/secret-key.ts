import { randomBytes } from 'node:crypto';
import type { V1Secret } from '@kubernetes/client-node';
import { secretContentHash } from '../api/hash.ts';
import type { ConfigContent } from '../api/hash.ts';
import { SECRET_KEY_NAME } from '../api/names.ts';
import type { ApiClient } from '../runtime/client.ts';
import { isAlreadyExists, isNotFound } from '../runtime/errors.ts';
import { resourcePath } from '../runtime/resource.ts';
import type { Place } from './config-sources.ts';
import { SECRETS } from './resources.ts';

/** As long as the hash function's output (RFC 2104, section 3). */
const KEY_BYTES = 32;
const KEY_FIELD = 'key';

/**
 * The key of the hashes of Secrets. Without one, whoever may read a Deployment could try out what a short password is.
 * It lives in a Secret of its own that every operator of the cluster's installation shares and none changes: with
 * another key all hashes would be others, and everything that restarts with its Secrets would be released again.
 */
export class SecretKey {
  readonly #client: Pick<ApiClient, 'get' | 'create'>;
  readonly #namespace: string;
  #key: Uint8Array | undefined;

  constructor(client: Pick<ApiClient, 'get' | 'create'>, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** Reads the key, or makes it where there is none. */
  async load(signal: AbortSignal): Promise<void> {
    this.#key ??= await this.#find(signal);
  }

  /** The hash of a Secret's content; the key must have been loaded. */
  hashOf({ namespace, name }: Place, content: ConfigContent): string {
    if (this.#key === undefined) throw new TypeError('Expected the key to be loaded before a Secret is hashed');
    return secretContentHash(this.#key, `${namespace}/${name}`, content);
  }

  async #find(signal: AbortSignal): Promise<Uint8Array> {
    try {
      return this.#read(await this.#get(signal));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    try {
      const path = resourcePath(SECRETS, { namespace: this.#namespace });
      return this.#read(await this.#client.create<V1Secret>(path, this.#manifest(), { signal }));
    } catch (error) {
      // Another replica was faster.
      if (isAlreadyExists(error)) return this.#read(await this.#get(signal));
      throw error;
    }
  }

  #get(signal: AbortSignal): Promise<V1Secret> {
    const path = resourcePath(SECRETS, { namespace: this.#namespace, name: SECRET_KEY_NAME });
    return this.#client.get<V1Secret>(path, { signal });
  }

  #manifest(): V1Secret {
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: SECRET_KEY_NAME, namespace: this.#namespace },
      immutable: true,
      data: { [KEY_FIELD]: randomBytes(KEY_BYTES).toString('base64') },
    };
  }

  #read({ data }: V1Secret): Uint8Array {
    const key = Buffer.from(data?.[KEY_FIELD] ?? '', 'base64');
    if (key.length !== KEY_BYTES) throw new SecretKeyError(this.#namespace, key.length);
    return key;
  }
}

/** There is a Secret of the key's name, and it holds none. */
export class SecretKeyError extends Error {
  readonly code = 'SECRET_KEY';

  constructor(namespace: string, found: number) {
    super(
      `Expected Secret ${namespace}/${SECRET_KEY_NAME} to hold ${KEY_BYTES} bytes under ${KEY_FIELD}, found ${found}; delete it to have another made`,
    );
    this.name = 'SecretKeyError';
  }
}
