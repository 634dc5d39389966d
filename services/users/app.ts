import { type App, type AppOptions, createApp } from '../chassis/index.ts';
import { MemoryUserStore } from './memory-store.ts';
import { userRoutes, type RouteSettings } from './routes.ts';
import { seed } from './seed.ts';
import type { UserStore } from './store.ts';
import { Users } from './users.ts';

/** The app by itself, for tests and for whoever wants it inside another process. */
export const createUsersApp = ({
  store = new MemoryUserStore(seed),
  greeting = 'Hello',
  pageSize = 20,
  ...options
}: { store?: UserStore } & Partial<RouteSettings> & Omit<AppOptions, 'routes'> = {}): App =>
  createApp({ ...options, routes: userRoutes(new Users(store), { greeting, pageSize }) });
