import * as z from 'zod';
import { createService, type Service } from '../chassis/index.ts';
import { MemoryUserStore } from './memory-store.ts';
import { userRoutes } from './routes.ts';
import { seed } from './seed.ts';
import { Users } from './users.ts';

/** The service's own configuration. */
export const usersSettings = z.object({
  greeting: z.string().min(1).max(200).default('Hello').describe('Stands in every list of users.'),
  pageSize: z.int().min(1).max(100).default(20).describe('How many users a list has if the client does not say.'),
});

/** The users service. */
export const usersService = (version: string): Service =>
  createService({
    name: 'users',
    version,
    settings: usersSettings,
    open: ({ config }) => ({ routes: userRoutes(new Users(new MemoryUserStore(seed)), config) }),
  });
