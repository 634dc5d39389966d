import type { User } from './contract.ts';

/** Where users are kept. Every method may fail as its database fails; that error is passed on. */
export interface UserStore {
  /** At most `limit` users with an id above `after`, ordered by id. */
  list(page: { limit: number; after?: string | undefined }): Promise<User[]>;
  get(id: string): Promise<User | undefined>;
  /** Creates or replaces as a whole, atomically. Throws an EmailTakenError if another user has this address. */
  put(user: User): Promise<'created' | 'replaced'>;
  /** False if there was no such user. */
  delete(id: string): Promise<boolean>;
}

/** Another user has the address already. */
export class EmailTakenError extends Error {
  readonly code = 'EMAIL_TAKEN';

  constructor(email: string) {
    super(`Expected an address that no other user has, found ${email}`);
    this.name = 'EmailTakenError';
  }
}

/** Tells an {@link EmailTakenError} from other errors. */
export const isEmailTaken = (error: unknown): error is EmailTakenError => error instanceof EmailTakenError;
