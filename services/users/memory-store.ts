import type { User } from './contract.ts';
import { EmailTakenError, type UserStore } from './store.ts';

/** Keeps users in this process: each pod has its own, and a new pod begins with the seed. */
export class MemoryUserStore implements UserStore {
  readonly #users: Map<string, User>;

  constructor(seed: User[] = []) {
    this.#users = new Map(seed.map((user) => [user.id, user]));
  }

  async list({ limit, after }: { limit: number; after?: string | undefined }): Promise<User[]> {
    return [...this.#users.values()]
      .filter(({ id }) => after === undefined || id > after)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }

  async get(id: string): Promise<User | undefined> {
    return this.#users.get(id);
  }

  async put(user: User): Promise<'created' | 'replaced'> {
    for (const other of this.#users.values())
      if (other.email === user.email && other.id !== user.id) throw new EmailTakenError(user.email);
    const known = this.#users.has(user.id);
    this.#users.set(user.id, { ...user });
    return known ? 'replaced' : 'created';
  }

  async delete(id: string): Promise<boolean> {
    return this.#users.delete(id);
  }
}
