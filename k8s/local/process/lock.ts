import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { hasErrno } from './errno.ts';

/** Which lock, and who wants to know of a wait. */
export interface LockOptions {
  /** Name of the lock; one process of this user on this machine holds it at a time. */
  name: string;
  /** Called each time that another process turns out to hold the lock. */
  onWait: (owner: { pid: string }) => void;
  signal: AbortSignal;
}

// An abstract socket (Linux): the kernel gives the name free whenever its owner ends, however it ends. A lock file
// would have to be judged stale by a process id, which may belong to somebody else by now.
const address = (name: string) => `\0relevo-${process.getuid?.() ?? 0}-${name}`;

type Release = () => void;

const tryLock = async (name: string): Promise<Release | undefined> => {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket.unref());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => waiting.delete(socket));
    // The connection stays open: its end tells the waiting process that the lock is free.
    socket.write(`${process.pid}\n`);
  });
  try {
    server.listen(address(name));
    await once(server, 'listening');
  } catch (error) {
    if (hasErrno(error, 'EADDRINUSE')) return undefined;
    throw error;
  }
  server.unref();
  return () => {
    server.close();
    for (const socket of waiting) socket.destroy();
  };
};

const waitForOwner = async ({ name, onWait, signal }: LockOptions): Promise<void> => {
  const socket = addAbortSignal(signal, connect(address(name)));
  socket.once('data', (data) => onWait({ pid: data.toString('utf8').trim() }));
  try {
    await once(socket, 'close');
  } catch (error) {
    signal.throwIfAborted();
    // The owner ended between our attempt to listen and this one to connect, or while we were connected.
    if (!hasErrno(error, 'ECONNREFUSED') && !hasErrno(error, 'ECONNRESET')) throw error;
  }
};

/** Waits for the lock, does the work, and gives the lock back. */
export const withLock = async <T>(options: LockOptions, work: () => Promise<T>): Promise<T> => {
  let release = await tryLock(options.name);
  while (release === undefined) {
    await waitForOwner(options);
    options.signal.throwIfAborted();
    release = await tryLock(options.name);
  }
  try {
    return await work();
  } finally {
    release();
  }
};
