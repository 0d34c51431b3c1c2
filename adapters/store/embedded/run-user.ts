import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StoreError } from '../store-error.ts';

/** The account that PostgreSQL runs as; null: our own. */
export type RunUser = { readonly uid: number; readonly gid: number; readonly name: string } | null;

const run = promisify(execFile);

/**
 * Who PostgreSQL is to run as. It refuses root, so root hands it to the owner of existing data, else to the system user
 * `postgres`, else to `nobody`.
 */
export async function chooseRunUser(dataPaths: readonly string[]): Promise<RunUser> {
  if (process.getuid?.() !== 0) return null;
  for (const path of dataPaths) {
    const owner = await stat(path).catch(() => null);
    if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `uid ${owner.uid}` };
  }
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const account = accounts.find(([name]) => name === wanted);
    if (account) return { uid: Number(account[2]), gid: Number(account[3]), name: wanted };
  }
  throw new StoreError(
    'ERR_STORE_NOT_ALLOWED',
    'PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody` here. Start oob as an ordinary user, or set DATABASE_URL.',
  );
}

/** Options for a child process that runs as that user. Our environment stays behind: it may hold secrets. */
export function spawnOptionsFor(user: RunUser): { cwd?: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number } {
  const { PATH, SystemRoot, TEMP } = process.env;
  const env = { PATH, SystemRoot, TEMP, LC_ALL: 'C', TZ: 'UTC' };
  // The user may not be allowed into our own directory.
  return user ? { env, uid: user.uid, gid: user.gid, cwd: '/' } : { env };
}

/** Whether the user can enter the directory: tried, for modes and lists alone do not tell. */
export async function canEnter(directory: string, user: RunUser): Promise<boolean> {
  if (!user) return true;
  return run('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], spawnOptionsFor(user)).then(
    () => true,
    () => false,
  );
}
