import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../lab/fleet.ts';
import { powerRequest, soap, textOf } from './wire.ts';

/** curl as a foreign client: its own HTTP, digest and TLS. */
const present = spawnSync('curl', ['--version']).status === 0;
const theTest = present ? test : test.skip;
if (!present) process.stderr.write('Skipped: curl is missing. To get it: apt-get install curl\n');

let fleet: Fleet;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oob-curl-'));
  fleet = await createFleet({
    devices: 2,
    firstAddress: '127.21.2.81',
    persona: 'amt-16.0',
    timing: { onMs: [1, 2], offMs: 1, gracefulMs: 1 },
  });
  writeFileSync(join(folder, 'ca.pem'), fleet.keys.authorityPem);
  // In a file, not in argv.
  writeFileSync(join(folder, 'curlrc'), 'user = "admin:Lab-Passw0rd!"\n');
  await fleet.start();
});

afterAll(async () => {
  await fleet.stop();
  rmSync(folder, { recursive: true });
});

async function curl(url: string, body: string, ...more: string[]): Promise<string> {
  const files = ['--config', join(folder, 'curlrc'), '--cacert', join(folder, 'ca.pem')];
  const { stdout } = await promisify(execFile)('curl', ['-sS', '--digest', ...files, ...more, '--data', body, url]);
  return stdout;
}

describe('curl --digest', () => {
  theTest('reads over HTTP', async () => {
    const body = await curl(
      'http://127.21.2.81:16992/wsman',
      soap({ className: 'AMT_GeneralSettings', operation: 'Get' }),
    );
    expect(textOf(body, 'HostName')).toBe('host1');
  });

  theTest('powers on over TLS with the certificate checked', async () => {
    const url = 'https://127.21.2.82:16993/wsman';
    expect(textOf(await curl(url, powerRequest(2)), 'ReturnValue')).toBe('0');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const body = await curl(url, soap({ className: 'CIM_AssociatedPowerManagementService', operation: 'Get' }));
    expect(textOf(body, 'PowerState')).toBe('2');
  });

  theTest('gets 401 twice with a wrong password', async () => {
    writeFileSync(join(folder, 'wrong'), 'user = "admin:wrong"\n');
    const status = await promisify(execFile)('curl', [
      ...['-sS', '--digest', '--config', join(folder, 'wrong'), '--output', '/dev/null'],
      ...['--write-out', '%{http_code}', '--data', 'x', 'http://127.21.2.81:16992/wsman'],
    ]);
    expect(status.stdout).toBe('401');
  });
});
