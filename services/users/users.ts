import type { User, UserInput } from './contract.ts';
import type { UserStore } from './store.ts';

/** A page of users, and where the next one begins. */
export interface Page {
  users: User[];
  /** The id after which the next page begins; absent on the last one. */
  next?: string;
}

/** The users of the shop: what can be done with them, whatever keeps them and whoever asks. */
export class Users {
  readonly #store: UserStore;

  constructor(store: UserStore) {
    this.#store = store;
  }

  /** Users in the order of their ids. */
  async list(limit: number, after?: string): Promise<Page> {
    // One more than asked for tells whether there is a next page.
    const found = await this.#store.list({ limit: limit + 1, after });
    const users = found.slice(0, limit);
    const last = users.at(-1);
    return found.length > limit && last ? { users, next: last.id } : { users };
  }

  /** Throws a {@link UserUnknownError}. */
  async get(id: string): Promise<User> {
    const user = await this.#store.get(id);
    if (!user) throw new UserUnknownError(id);
    return user;
  }

  /** Creates the user or replaces it as a whole: doing it twice is doing it once. Throws an EmailTakenError. */
  async put(id: string, input: UserInput): Promise<{ user: User; created: boolean }> {
    const user = { id, ...input };
    return { user, created: (await this.#store.put(user)) === 'created' };
  }

  /** Throws a {@link UserUnknownError}, so that a caller who repeats a lost request knows that it was done. */
  async delete(id: string): Promise<void> {
    if (!(await this.#store.delete(id))) throw new UserUnknownError(id);
  }
}

/** There is no user with this id. */
export class UserUnknownError extends Error {
  readonly code = 'USER_UNKNOWN';

  constructor(id: string) {
    super(`Expected the id of a user, found ${id}`);
    this.name = 'UserUnknownError';
  }
}

/** Tells a {@link UserUnknownError} from other errors. */
export const isUserUnknown = (error: unknown): error is UserUnknownError => error instanceof UserUnknownError;
