import { describe, expect, test } from '@jest/globals';
import type { V1Secret } from '@kubernetes/client-node';
import { ApiError } from '../runtime/errors.ts';
import { SecretKey, SecretKeyError } from './secret-key.ts';

const refusal = (status: number, reason: string): ApiError => new ApiError(status, { reason }, 'a request');

/** A server that holds one Secret at most. Typed by what is asked of it, because the client's answers are generic. */
class OneSecret {
  held: V1Secret | undefined;
  /** Somebody else makes one just before the next creation. */
  faster: V1Secret | undefined;

  get<T>(): Promise<T> {
    return this.held === undefined ? Promise.reject(refusal(404, 'NotFound')) : this.#answer<T>(this.held);
  }

  create<T>(_path: string, body: V1Secret): Promise<T> {
    this.held = this.faster ?? this.held;
    if (this.held !== undefined) return Promise.reject(refusal(409, 'AlreadyExists'));
    this.held = body;
    return this.#answer<T>(body);
  }

  #answer<T>(secret: V1Secret): Promise<T> {
    return Promise.resolve(JSON.parse(JSON.stringify(secret)));
  }
}

const { signal } = new AbortController();
const place = { namespace: 'shop', name: 'db' };
const content = { data: { password: 'c2VzYW1l' } };

const hashWith = async (server: OneSecret): Promise<string> => {
  const key = new SecretKey(server, 'relevo');
  await key.load(signal);
  return key.hashOf(place, content);
};

describe('SecretKey', () => {
  test('is made once, immutable, and outlives the process', async () => {
    const server = new OneSecret();
    const first = await hashWith(server);
    expect(server.held).toMatchObject({
      metadata: { namespace: 'relevo', name: 'relevo-operator-secret-key' },
      immutable: true,
    });
    expect(await hashWith(server)).toBe(first);
    expect(await hashWith(new OneSecret())).not.toBe(first);
  });

  test('is that of the replica that was faster', async () => {
    const other = new OneSecret();
    const expected = await hashWith(other);
    const server = new OneSecret();
    server.faster = other.held;
    expect(await hashWith(server)).toBe(expected);
  });

  test('is not taken from a Secret that holds none', async () => {
    const server = new OneSecret();
    server.held = { data: { key: Buffer.from('short').toString('base64') } };
    await expect(hashWith(server)).rejects.toThrow(SecretKeyError);
    await expect(hashWith(server)).rejects.toThrow('to hold 32 bytes under key, found 5');
  });

  test('hashes nothing before it is there', () => {
    expect(() => new SecretKey(new OneSecret(), 'relevo').hashOf(place, content)).toThrow('to be loaded');
  });
});
