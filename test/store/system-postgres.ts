import { execFile } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../adapters/store/embedded/embedded.ts';

const run = promisify(execFile);
const installed = '/usr/lib/postgresql';

/** A PostgreSQL server that is not ours: `OOB_TEST_DATABASE_URL`, else one made for the test from the system's packages. */
export interface SystemPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** Null where there is none; `apt-get install postgresql` brings one. */
export async function startSystemPostgres(): Promise<SystemPostgres | null> {
  const given = process.env.OOB_TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const [version] = (await readdir(installed).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  if (!version) return null;
  const bin = join(installed, version, 'bin');
  const directory = await mkdtemp(join(tmpdir(), 'oob-system-pg-'));
  const data = join(directory, 'data');
  await mkdir(data, { mode: 0o700 });
  const password = join(directory, 'password');
  await writeFile(password, 'of-a-test');
  let as = {};
  if (process.getuid?.() === 0) {
    const [uid = 0, gid = 0] = await Promise.all(
      ['-u', '-g'].map(async (which) => Number((await run('id', [which, 'postgres'])).stdout)),
    );
    for (const path of [directory, data, password]) await chown(path, uid, gid);
    as = { uid, gid };
  }
  const port = await freePort();
  const options = { ...as, cwd: directory };
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'test', '-A', 'scram-sha-256', `--pwfile=${password}`, '-E', 'UTF8', '--no-sync'],
    options,
  );
  const flags = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`;
  await run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(directory, 'log'), '-o', flags, 'start'], options);
  return {
    url: `postgres://test:of-a-test@127.0.0.1:${port}/postgres`,
    async stop() {
      await run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-m', 'fast', 'stop'], options);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
