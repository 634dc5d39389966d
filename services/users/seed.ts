import type { User } from './contract.ts';

/** The users that a new in-memory store begins with. */
export const seed: User[] = [
  { id: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' },
  { id: 'alan', name: 'Alan Turing', email: 'alan@example.com' },
  { id: 'barbara', name: 'Barbara Liskov', email: 'barbara@example.com' },
  { id: 'edsger', name: 'Edsger Dijkstra', email: 'edsger@example.com' },
  { id: 'grace', name: 'Grace Hopper', email: 'grace@example.com' },
  { id: 'katherine', name: 'Katherine Johnson', email: 'katherine@example.com' },
  { id: 'leslie', name: 'Leslie Lamport', email: 'leslie@example.com' },
  { id: 'margaret', name: 'Margaret Hamilton', email: 'margaret@example.com' },
];
