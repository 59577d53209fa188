import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketHandler, type PGLiteSocketHandlerOptions } from '@electric-sql/pglite-socket';
import { freshCopy } from './fresh-copy.js';
import { TurnQueue } from './turn-queue.js';

/** PostgreSQL inside this process, for one machine: PGlite, which other processes reach over loopback. */
export interface EmbeddedDatabase {
  /** For `DATABASE_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Opens the database in a folder, or in memory where none is given, and serves it on a free port of 127.0.0.1.
 * @throws Error where the folder cannot be used
 */
export async function startEmbeddedDatabase(folder?: string): Promise<EmbeddedDatabase> {
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const db = await open(folder);
  const queue = new TurnQueue(db);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void new PGLiteSocketHandler({ queryQueue: asLibraryQueue(queue), closeOnDetach: true }).attach(socket);
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;

  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres?prepare=off`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await db.close();
    },
  };
}

/** The folder of a database holds a file with its version. */
async function open(folder: string | undefined): Promise<PGlite> {
  if (folder === undefined) return await PGlite.create({ loadDataDir: await freshCopy() });
  if (existsSync(join(folder, 'PG_VERSION'))) return await PGlite.create({ dataDir: folder });
  return await PGlite.create({ dataDir: folder, loadDataDir: await freshCopy() });
}

/** The library's own class has private fields, and is not exported: ours has its methods, and they are all that is used. */
function asLibraryQueue(queue: TurnQueue): PGLiteSocketHandlerOptions['queryQueue'] {
  return queue as unknown as PGLiteSocketHandlerOptions['queryQueue'];
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}
