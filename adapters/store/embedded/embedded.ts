import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Logger } from '../../../src/ports/logger.ts';
import type { ConnectionSettings } from '../database/connection.ts';
import { StoreError } from '../store-error.ts';
import { type Binaries, provideBinaries } from './binaries.ts';
import { type Cluster, ensureCluster, locateCluster, removeUnfinished, superuser } from './cluster.ts';
import { type OwnerLock, takeOwnership } from './owner-lock.ts';
import {
  answersOnSocket,
  awaitSettled,
  isAlive,
  type Postmaster,
  readPostmaster,
  removeStale,
  servesData,
  startPostmaster,
  stopPostmaster,
} from './postmaster.ts';

/** A private PostgreSQL that runs. */
export interface EmbeddedPostgres {
  readonly settings: ConnectionSettings;
  /** True for the one process that owns it; false for a guest beside a running service. */
  readonly isOurs: boolean;
  /** Fast shutdown; resolves when the server is gone. A guest leaves it running. */
  stop(): Promise<void>;
}

/** What `startEmbedded` needs. */
export interface EmbeddedOptions {
  readonly dataDirectory: string;
  /** TCP port on 127.0.0.1; without it a Unix socket in the data directory is used, or a free port where that can't be. */
  readonly port?: number;
  /** Use the server of a living service as a guest. Without one it is started and owned as ever. */
  readonly beside?: boolean;
  readonly logger: Logger;
  /** Called once when the server is lost while it is needed. */
  readonly onFatal: (error: Error) => void;
}

/** sockaddr_un.sun_path has 108 bytes on Linux, 104 on macOS, with the closing NUL. */
const longestSocketPath = 103;

/**
 * Starts the private PostgreSQL of the data directory, or adopts the one that a killed service left running. Rejects with
 * ERR_STORE_IN_USE when a living service has it.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { logger } = options;
  const cluster = await locateCluster(options.dataDirectory, logger);
  const binaries = await provideBinaries(cluster.user, join(dirname(cluster.root), 'binaries'), (path) =>
    logger.info({ path }, 'PostgreSQL is copied to where its user can run it'),
  );
  const password = await ensureCluster(cluster, binaries);
  const found = await findRunning(cluster, logger);
  const running = found ?? (await start(cluster, binaries, options.port));
  const settings = {
    host: running.host,
    port: running.port,
    user: superuser,
    password,
    database: 'postgres',
  };
  let lock: OwnerLock;
  try {
    lock = await takeOwnership(settings, options.onFatal);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'ERR_STORE_IN_USE' && options.beside)
      return { settings, isOurs: false, stop: async () => {} };
    if (error instanceof StoreError) throw error;
    if (!found) await stopPostmaster(running.pid, cluster.data, binaries.pgCtl);
    throw new StoreError(
      'ERR_STORE_UNREACHABLE',
      `The private PostgreSQL (process ${running.pid}) runs and refuses us. Is ${cluster.passwordFile} the one that it was made with?`,
      { cause: error },
    );
  }
  await removeUnfinished(cluster);
  logger.info({ pid: running.pid, host: running.host, port: running.port }, 'the private PostgreSQL is ready');
  return {
    settings,
    isOurs: true,
    async stop() {
      // The lock is kept until the shutdown ends its connection, so that nobody takes over a server that is about to go.
      lock.letGo();
      await stopPostmaster(running.pid, cluster.data, binaries.pgCtl);
      await lock.close();
    },
  };
}

async function findRunning(cluster: Cluster, logger: Logger): Promise<Postmaster | null> {
  const noted = await readPostmaster(cluster.data);
  if (!noted) return null;
  if (await servesData(noted.pid, cluster.data)) {
    const settled = await awaitSettled(cluster.data);
    if (settled) logger.warn({ pid: settled.pid }, 'a PostgreSQL that an earlier service left running is taken over');
    return settled;
  }
  if (await answersOnSocket(noted))
    throw new StoreError(
      'ERR_STORE_IN_USE',
      `The database in ${cluster.data} is served by a process that can't be seen from here (another container?). Several services share one database by DATABASE_URL.`,
    );
  if (isAlive(noted.pid)) await removeStale(cluster.data);
  return null;
}

async function start(cluster: Cluster, binaries: Binaries, port: number | undefined): Promise<Postmaster> {
  const socketFits = Buffer.byteLength(join(cluster.socket, '.s.PGSQL.5432')) <= longestSocketPath;
  const onSocket = port === undefined && socketFits && process.platform !== 'win32';
  // A port that was free a moment ago may be taken by now.
  for (let triesLeft = port === undefined && !onSocket ? 2 : 0; ; triesLeft -= 1) {
    const listen = onSocket ? { socketDirectory: cluster.socket } : { port: port ?? (await freePort()) };
    try {
      return await startPostmaster(binaries, cluster.data, cluster.log, listen, cluster.user);
    } catch (error) {
      // A rival may have started one at the same moment. The owner's lock tells who has it.
      const rival = await awaitSettled(cluster.data);
      if (rival) return rival;
      if (triesLeft === 0) throw error;
    }
  }
}

/** A TCP port of 127.0.0.1 that nobody has just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('no port was given'));
      });
    });
  });
}
