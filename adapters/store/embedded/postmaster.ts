import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, readlink, realpath, rename, stat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode, StoreError } from '../store-error.ts';
import type { Binaries } from './binaries.ts';
import { type RunUser, spawnOptionsFor } from './run-user.ts';

/** What a running server says about itself in postmaster.pid (PostgreSQL, miscadmin.h, LOCK_FILE_LINE_*). */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Socket directory, else address: what a client connects to. */
  readonly host: string;
  readonly status: 'starting' | 'ready' | 'stopping';
}

const run = promisify(execFile);
const pollMs = 10;

/** Reads postmaster.pid; null when there is none. */
export async function readPostmaster(data: string): Promise<Postmaster | null> {
  const text = await readLockFile(join(data, 'postmaster.pid'));
  const [pid, , , port, socketDirectory, address, , status] = text.split('\n').map((line) => line.trim());
  if (!pid || !port) return null;
  return {
    pid: Number(pid),
    port: Number(port),
    host: socketDirectory || (address === '*' || !address ? '127.0.0.1' : address),
    status: status === 'ready' || status === 'stopping' ? status : 'starting',
  };
}

/** PostgreSQL makes the file empty and writes it a moment later. */
async function readLockFile(path: string): Promise<string> {
  for (let tries = 0; tries < 20; tries += 1) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== '') return text ?? '';
    await sleep(pollMs);
  }
  return '';
}

/** Whether the process exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Whether the process is a PostgreSQL server of that data directory, and not one that got a dead server's number. */
export async function servesData(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') return true;
  if (process.platform === 'linux') {
    // A server's working directory is its data directory. Unreadable: another user's process, and so not ours.
    const directory = await readlink(`/proc/${pid}/cwd`).catch(() => null);
    return directory === (await realpath(data));
  }
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.includes(data);
}

/**
 * Whether a server accepts connections on the Unix socket that it noted: it may live in another container. A TCP port says
 * nothing, for anybody may have got it since.
 */
export async function answersOnSocket({ host, port }: Postmaster): Promise<boolean> {
  if (!host.startsWith('/')) return false;
  const socket = connect(join(host, `.s.PGSQL.${port}`));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Where a new server is to listen. */
type Listen = { readonly socketDirectory: string } | { readonly port: number };

const settings = {
  max_connections: '40',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  // Statements are not ours to log: their parameters are.
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
} as const;

const largestLogBytes = 8 * 1024 * 1024;

/**
 * Starts a server and resolves when it takes connections. It has a session of its own, so that a Ctrl-C in our terminal does
 * not reach it before we have finished. Rejects with the end of its log.
 */
export async function startPostmaster(
  binaries: Binaries,
  data: string,
  logFile: string,
  listen: Listen,
  user: RunUser,
): Promise<Postmaster> {
  const where =
    'port' in listen
      ? { listen_addresses: '127.0.0.1', port: String(listen.port), unix_socket_directories: '' }
      : { listen_addresses: '', port: '5432', unix_socket_directories: listen.socketDirectory };
  const options = Object.entries({ ...settings, ...where }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const size = await stat(logFile).then(
    (file) => file.size,
    () => 0,
  );
  if (size > largestLogBytes) await rename(logFile, `${logFile}.1`);
  const log = await open(logFile, 'a', 0o600);
  const failed = new AbortController();
  let child: ChildProcess;
  try {
    if (process.platform === 'win32') {
      // pg_ctl drops an administrator's rights, which PostgreSQL refuses to run with.
      await run(
        binaries.pgCtl,
        ['start', '-D', data, '-l', logFile, '-w', '-o', options.join(' ')],
        spawnOptionsFor(user),
      );
      const started = await readPostmaster(data);
      if (started) return started;
      throw await notStarted(logFile);
    }
    child = spawn(binaries.postgres, ['-D', data, ...options], {
      ...spawnOptionsFor(user),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    // Heard from the first moment: a server that ends while the log is being closed has ended all the same.
    child.on('error', (error) => failed.abort(error));
    child.on('exit', () => failed.abort());
  } finally {
    await log.close();
  }
  child.unref();
  while (!failed.signal.aborted) {
    const seen = await readPostmaster(data);
    if (seen?.pid === child.pid && seen?.status === 'ready') return seen;
    await sleep(pollMs);
  }
  throw await notStarted(logFile);
}

async function notStarted(logFile: string): Promise<StoreError> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const end = text.trimEnd().split('\n').slice(-6).join('\n');
  return new StoreError(
    'ERR_STORE_DID_NOT_START',
    `The private PostgreSQL did not start. ${logFile} ends with:\n${end}`,
  );
}

/** Resolves when the server has left the state that it is in: it is ready, or gone. */
export async function awaitSettled(data: string): Promise<Postmaster | null> {
  for (;;) {
    const seen = await readPostmaster(data);
    if (!seen || !(await servesData(seen.pid, data))) return null;
    if (seen.status === 'ready') return seen;
    await sleep(pollMs);
  }
}

const fastMs = 30_000;

/** Stops the server: fast shutdown (SIGINT), and when that does not end in time an immediate one (SIGQUIT). */
export async function stopPostmaster(pid: number, data: string, pgCtl: string): Promise<void> {
  if (process.platform === 'win32') {
    await run(pgCtl, ['stop', '-D', data, '-m', 'fast', '-w']);
    return;
  }
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!(await servesData(pid, data))) return;
    process.kill(pid, signal);
    const deadline = Date.now() + fastMs;
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return;
      await sleep(pollMs);
    }
  }
  throw new StoreError('ERR_STORE_LOST', `The private PostgreSQL (process ${pid}) does not stop.`);
}

/** Removes a postmaster.pid whose number some other process has got by now; PostgreSQL itself would refuse to start. */
export async function removeStale(data: string): Promise<void> {
  await unlink(join(data, 'postmaster.pid'));
}
