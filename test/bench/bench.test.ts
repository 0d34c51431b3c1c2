import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { meshCentralFolder } from '../../bench/contest/meshcentral-folder.ts';
import { readOptions } from '../../bench/power/options.ts';
import { readOptions as readWaveOptions } from '../../bench/wave/options.ts';

const folder = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'bench');
const program = join(folder, 'power.ts');
const run = promisify(execFile);

describe('bench power', () => {
  test('turns the fleet on with every contestant and ends by itself', async () => {
    // A contestant that leaves a PC off ends the benchmark with an error, so an exit code of 0 says that all were on.
    const { stdout, stderr } = await run(
      process.execPath,
      [program, '--devices', '20', '--rounds', '1', '--concurrency', '10', '--latency', '0', '--limit', '60'],
      { timeout: 120_000 },
    );
    const rows = stdout
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const present = existsSync(join(meshCentralFolder, 'amt.js'));
    expect(rows.slice(2).map(([, title]) => title)).toEqual([
      'oob, the whole service',
      'oob, adapter and operation alone',
      'bare undici loop',
      ...(present ? ["MeshCentral's AMT stack"] : []),
    ]);
    expect(rows[0]).toContain('requests per PC');
    // Challenge, state, command, state: nobody needs more.
    const column = rows[0]?.indexOf('requests per PC') ?? -1;
    expect(rows.slice(2).map((row) => row[column])).toEqual(rows.slice(2).map(() => '4.00'));
    expect(stdout).toContain('20 simulated PCs off, 10 at a time, 0 ms before each reply, plain HTTP');
    expect(stderr.includes('node bin/run.js peers')).toBe(!present);
  }, 150_000);

  test('wrong options are answered with what is allowed, before anything is started', async () => {
    expect(() => readOptions(['--devices', '0'])).toThrow('--devices is 0; allowed: a whole number from 1 to 50000');
    expect(() => readOptions(['--only', 'curl'])).toThrow('allowed: service, adapter, bare, meshcentral');
    await expect(run(process.execPath, [program, '--rounds', 'many'])).rejects.toMatchObject({
      code: 1,
      stderr: 'bench: --rounds is many; allowed: a whole number from 1 to 100\n',
    });
  });
});

describe('bench wave', () => {
  test('wakes fleets of several sizes while somebody types, and says of each target whether it was met', async () => {
    const { stdout } = await run(
      process.execPath,
      [
        join(folder, 'wave.ts'),
        ...['--sizes', '40,20', '--compare-at', '30', '--concurrency', '10', '--latency', '20', '--typing', '20'],
        ...['--only', 'service,bare', '--limit', '60'],
      ],
      { timeout: 120_000 },
    );
    const rows = stdout
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    // Everybody at the size that is compared, the service alone at the others, smallest first.
    expect(rows.slice(2).map(([, title]) => title)).toEqual([
      '20, oob, the whole service',
      '20, bare undici loop',
      '40, oob, the whole service',
    ]);
    const column = rows[0]?.indexOf('p99') ?? -1;
    expect(rows.slice(2).map((row) => Number.isFinite(Number(row[column])))).toEqual([true, false, true]);
    expect(stdout).toMatch(/Peak memory of 40 PCs against 20: [\d.]+ x, target 1\.3 x: (met|missed)\./);
    expect(stdout).toMatch(/taken meanwhile within .*: [\d.]+ ms, target 100 ms: (met|missed)\./);
  }, 150_000);

  test('wrong options are answered with what is allowed', () => {
    expect(() => readWaveOptions(['--sizes', '100,many'])).toThrow('--sizes is many; allowed: a whole number');
    expect(readWaveOptions([])).toMatchObject({ sizes: [1_000, 10_000, 50_000], compareAt: 10_000 });
    expect(readWaveOptions(['--sizes', '500,200'])).toMatchObject({ sizes: [200, 500], compareAt: 500 });
  });
});
