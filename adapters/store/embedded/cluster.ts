import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from '../../../src/ports/logger.ts';
import { errorCode, StoreError } from '../store-error.ts';
import type { Binaries } from './binaries.ts';
import { canEnter, chooseRunUser, type RunUser, spawnOptionsFor } from './run-user.ts';

/** Where one private PostgreSQL lives, and as whom. */
export interface Cluster {
  /** Holds the rest; ours. */
  readonly root: string;
  /** PostgreSQL's data directory; the run user's. */
  readonly data: string;
  /** Directory of its Unix socket; the run user's. */
  readonly socket: string;
  /** File with the superuser's password, mode 0600; in the data directory, for the one is nothing without the other. */
  readonly passwordFile: string;
  readonly log: string;
  readonly user: RunUser;
}

/** Name of the superuser that initdb makes. */
export const superuser = 'oob';

const run = promisify(execFile);
const passwordName = 'oob-password';
const unfinishedPrefix = 'data.new-';
const abandonedMs = 10 * 60_000;
/** For root alone, when its data directory is closed to the run user. */
const systemDirectory = '/var/lib/oob';

/** Chooses place and user. Existing data is never left behind for an empty place elsewhere. */
export async function locateCluster(dataDirectory: string, logger: Logger): Promise<Cluster> {
  const asRoot = process.getuid?.() === 0;
  await mkdir(dataDirectory, { recursive: true, mode: asRoot ? 0o711 : 0o700 });
  const path = await realpath(dataDirectory);
  const own = join(path, 'postgres');
  const system = join(systemDirectory, createHash('sha256').update(path).digest('hex').slice(0, 12), 'postgres');
  const user = await chooseRunUser([join(own, 'data'), join(system, 'data')]);
  const [ownExists, systemExists] = await Promise.all([exists(join(own, 'data')), exists(join(system, 'data'))]);
  if (!user || (ownExists && (await canEnter(own, user)))) return prepare(own, user);
  if (ownExists)
    throw new StoreError(
      'ERR_STORE_NOT_ALLOWED',
      `${own} holds the database, and ${user.name}, as whom PostgreSQL runs, can't enter it. Start oob as the user who made it.`,
    );
  if (!systemExists) {
    const { mode } = await stat(path);
    // Passing through is all that PostgreSQL needs; what lies in there keeps its own modes.
    if ((mode & 0o001) === 0) await chmod(path, mode | 0o011);
    if (await canEnter(path, user)) return prepare(own, user);
    logger.warn(
      { directory: system },
      `PostgreSQL runs as ${user.name}, who can't enter ${path}: the database is kept in ${system}`,
    );
  }
  return prepare(system, user);
}

async function prepare(root: string, user: RunUser): Promise<Cluster> {
  const cluster = {
    root,
    data: join(root, 'data'),
    socket: join(root, 'socket'),
    passwordFile: join(root, 'data', passwordName),
    log: join(root, 'postgres.log'),
    user,
  };
  await mkdir(root, { recursive: true, mode: user ? 0o711 : 0o700 });
  await mkdir(cluster.socket, { recursive: true, mode: 0o700 });
  if (user) await chown(cluster.socket, user.uid, user.gid);
  return cluster;
}

/** Password of the superuser. Makes the cluster first when there is none. */
export async function ensureCluster(cluster: Cluster, binaries: Binaries): Promise<string> {
  const version = await readFile(join(cluster.data, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw new StoreError(
      'ERR_STORE_NOT_ALLOWED',
      `${cluster.data} can't be read (${errorCode(error)}). Start oob as the user who made it.`,
      {
        cause: error,
      },
    );
  });
  if (version === null) return initialise(cluster, binaries);
  if (version.trim() !== binaries.major)
    throw new StoreError(
      'ERR_STORE_OTHER_MAJOR',
      `${cluster.data} was made by PostgreSQL ${version.trim()}, this release of oob brings PostgreSQL ${binaries.major}. Start the earlier release, dump the database, and load it into a new data directory.`,
    );
  const password = await readFile(cluster.passwordFile, 'utf8').catch((cause: unknown) => {
    throw new StoreError(
      'ERR_STORE_NOT_ALLOWED',
      `${cluster.passwordFile}, the key to the database beside it, can't be read.`,
      {
        cause,
      },
    );
  });
  return password.trim();
}

/** Runs initdb beside the final place and moves the result there, so that neither a crash nor a rival leaves half a cluster. */
async function initialise(cluster: Cluster, binaries: Binaries): Promise<string> {
  const password = randomBytes(32).toString('base64url');
  const fresh = await mkdtemp(join(cluster.root, unfinishedPrefix));
  // Read by initdb, which is not us when we are root; initdb wants its directory empty.
  const handover = `${fresh}.password`;
  await writeFile(handover, password, { mode: 0o600 });
  if (cluster.user) for (const path of [fresh, handover]) await chown(path, cluster.user.uid, cluster.user.gid);
  const options = ['-U', superuser, '--auth=scram-sha-256', `--pwfile=${handover}`, '--encoding=UTF8', '--locale=C'];
  try {
    await run(binaries.initdb, ['-D', fresh, ...options, '--no-instructions'], spawnOptionsFor(cluster.user));
    await rename(handover, join(fresh, passwordName));
    await rename(fresh, cluster.data);
    return password;
  } catch (cause) {
    const code = errorCode(cause);
    // Another service was faster; which of the two goes on is decided later, by the owner's lock.
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return (await readFile(cluster.passwordFile, 'utf8')).trim();
    const words = typeof cause === 'object' && cause !== null && 'stderr' in cause ? String(cause.stderr).trim() : code;
    throw new StoreError('ERR_STORE_DID_NOT_START', `initdb failed in ${fresh}: ${words}`, { cause });
  } finally {
    for (const path of [fresh, handover]) await rm(path, { recursive: true, force: true });
  }
}

/** Removes what a crash during initdb left. To be called by the owner of the finished cluster. */
export async function removeUnfinished(cluster: Cluster): Promise<void> {
  for (const name of await readdir(cluster.root)) {
    if (!name.startsWith(unfinishedPrefix)) continue;
    const path = join(cluster.root, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    // A younger one may be a rival's, who has yet to find out that he came second.
    if (Date.now() - mtimeMs > abandonedMs) await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
