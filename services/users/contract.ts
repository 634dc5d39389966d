import * as z from 'zod';

/** The id of a user: chosen by whoever creates it, fit for a path. */
export const userId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'Expected 1 to 63 lower-case letters, digits or hyphens, not beginning with a hyphen',
  );

/** What `PUT /api/users/:id` takes. */
export const userInput = z.strictObject({
  name: z.string().trim().min(1).max(200),
  email: z.email().max(254).toLowerCase(),
});

/** A user as every answer shows it. */
export const user = userInput.extend({ id: userId });

/** The query of `GET /api/users`. */
export const userQuery = z.strictObject({
  /** How many users at most; the service's page size if absent. */
  limit: z.coerce.number().int().min(1).max(100).optional(),
  /** The last id of the page before. */
  after: userId.optional(),
});

/** What `GET /api/users` answers. */
export const userPage = z.object({
  /** From the service's configuration, so that a change of config can be seen from outside. */
  greeting: z.string(),
  users: z.array(user),
  /** The path of the next page; absent on the last one. */
  next: z.string().optional(),
});

/** See {@link userInput}. */
export type UserInput = z.output<typeof userInput>;
/** See {@link user}. */
export type User = z.output<typeof user>;
/** See {@link userPage}. */
export type UserPage = z.output<typeof userPage>;
