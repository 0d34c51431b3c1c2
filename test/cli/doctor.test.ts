import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import forge from 'node-forge';
import { z } from 'zod';
import { certificateAuthorityCheck, portChecks, rightsCheck } from '../../src/cli/doctor/config-checks.ts';
import { type DoctorSubject, doctorChecks } from '../../src/cli/doctor/doctor-checks.ts';
import {
  clockCheck,
  dataDirectoryCheck,
  diskSpaceCheck,
  nodeCheck,
  openFilesCheck,
} from '../../src/cli/doctor/machine-checks.ts';
import { wakeInterfaceChecks } from '../../src/cli/doctor/wake-check.ts';
import { type DoctorCheck, finding, runDoctor } from '../../src/cli/doctor.ts';
import { parseConfig } from '../../src/config/load.ts';
import { createSecretSources } from '../../src/config/secrets/resolve-secret.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oob-doctor-'));
});
afterAll(() => rm(directory, { recursive: true }));

const config = (text: string) => parseConfig(text, join(directory, 'oob.yaml'));
const check = (name: string, run: DoctorCheck['run']): DoctorCheck => ({ name, run });

/** Exit code and lines of a doctor with these checks. */
async function examine(checks: readonly DoctorCheck[], json = false) {
  const lines: string[] = [];
  const code = await runDoctor(checks, { json, out: (text) => lines.push(text), timeoutMs: 300 });
  return { code, lines };
}

describe('the doctor', () => {
  const good = check('good', async () => finding.ok('fine'));
  const warned = check('watch out', async () => finding.warn('nearly full', 'Make room.'));
  const failed = check('bad', async () => finding.fail('gone', 'Bring it back.'));

  test('shows each check with a word and a mark, how to mend it, and the sum', async () => {
    expect((await examine([good, warned, failed])).lines).toEqual([
      '✔ ok    good       fine',
      '▲ warn  watch out  nearly full\n                   → Make room.',
      '✖ fail  bad        gone\n                   → Bring it back.',
      '3 checks: 1 ok, 1 to look at, 1 failed.',
    ]);
  });

  test('ends 1 when a check failed, 0 when none did', async () => {
    expect((await examine([good, warned])).code).toBe(0);
    expect((await examine([failed, good])).code).toBe(1);
    expect((await examine([])).code).toBe(0);
  });

  test('gives programs one JSON object per check', async () => {
    const { lines } = await examine([failed], true);
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { check: 'bad', status: 'fail', found: 'gone', mend: 'Bring it back.' },
    ]);
  });

  test('goes on when a check throws or hangs, and shows no secret', async () => {
    const throwing = check('throws', () => Promise.reject(new Error('postgres://oob:Hunter2@db/oob does not answer')));
    const hanging = check('hangs', () => new Promise(() => {}));
    const { code, lines } = await examine([throwing, hanging, good]);
    expect(code).toBe(1);
    expect(lines.join('\n')).not.toContain('Hunter2');
    expect(lines[0]).toMatch(/^✖ fail {2}throws {2}postgres:\/\/oob:\[redacted\]@db/);
    expect(lines[1]).toMatch(/^✖ fail {2}hangs {3}no answer within 0\.3 s/);
    expect(lines[2]).toMatch(/^✔ ok/);
  });
});

describe('the machine', () => {
  test('Node.js must be 24 or later', async () => {
    expect(await nodeCheck('v24.21.0').run()).toMatchObject({ status: 'ok' });
    expect(await nodeCheck('v26.0.0').run()).toMatchObject({ status: 'ok' });
    expect(await nodeCheck('v20.20.2').run()).toMatchObject({ status: 'fail' });
  });

  test('a clock behind the files, or in another century, fails', async () => {
    expect(await clockCheck(() => new Date()).run()).toMatchObject({ status: 'ok' });
    expect(await clockCheck(() => new Date('1970-01-01T00:01:00Z')).run()).toMatchObject({ status: 'fail' });
    expect(await clockCheck(() => new Date('2133-01-01T00:00:00Z')).run()).toMatchObject({ status: 'fail' });
  });

  test('the data directory may be missing, but not open to others or a file', async () => {
    const data = join(directory, 'data');
    expect(await dataDirectoryCheck(data, false).run()).toMatchObject({
      status: 'ok',
      found: `${data} is made at the first start`,
    });
    await mkdir(data);
    await chmod(data, 0o700);
    expect(await dataDirectoryCheck(data, false).run()).toMatchObject({ status: 'ok', found: `${data} (mode 700)` });
    await chmod(data, 0o755);
    expect(await dataDirectoryCheck(data, false).run()).toMatchObject({ status: 'warn', mend: `chmod 700 ${data}` });
    await chmod(data, 0o777);
    expect(await dataDirectoryCheck(data, false).run()).toMatchObject({ status: 'fail' });
    await writeFile(join(directory, 'plain'), '');
    expect(await dataDirectoryCheck(join(directory, 'plain'), false).run()).toMatchObject({ status: 'fail' });
  });

  test('disk space is measured, also where the directory is not there yet', async () => {
    const { found } = await diskSpaceCheck(join(directory, 'not', 'there', 'yet')).run();
    expect(found).toMatch(/^[\d,]+ MiB free at /);
  });

  test('the limit of open files is held against the configured connections', async () => {
    expect(await openFilesCheck(1).run()).toMatchObject({ status: 'ok' });
    const { status, mend } = await openFilesCheck(Number.MAX_SAFE_INTEGER).run();
    if (process.platform === 'linux')
      expect({ status, mend }).toMatchObject({ status: 'fail', mend: expect.stringContaining('ulimit -n') });
  });
});

describe('people and rights', () => {
  const token = 'console: { enabled: true, tokens: [{ person: ana, token: { env: T } }] }\n';
  const ana = (roles: string) => `people: [{ id: ana, name: Ana, roles: [${roles}], accounts: { console: true } }]\n`;
  const two = `${ana('r').trimEnd().slice(0, -1)}, { id: ben, name: Ben, roles: [r], accounts: { console: true } }]\n`;

  test('without a chat nobody can speak', async () => {
    expect(await rightsCheck(config('')).run()).toMatchObject({
      status: 'fail',
      found: 'no Slack, no Teams, no console',
    });
  });

  test('a role that allows nothing, or that nobody has', async () => {
    expect(await rightsCheck(config(`${token}${ana('')}`)).run()).toMatchObject({
      status: 'warn',
      found: 'nobody has a role that allows anything',
    });
    expect(
      await rightsCheck(config(`${token}${ana('')}roles: [{ id: r, allow: [{ operations: [all] }] }]`)).run(),
    ).toMatchObject({ status: 'warn' });
  });

  test('an operation that waits for approvers whom nobody is', async () => {
    const role = 'roles: [{ id: r, allow: [{ operations: [all] }], approve: [{ operations: [reset] }] }]';
    const { status, found } = await rightsCheck(config(`${token}${two}${role}`)).run();
    expect({ status, found }).toEqual({
      status: 'warn',
      found: expect.stringMatching(
        /nobody, or too few, can approve power-off, shut-down, power-cycle, boot, prune-accounts, provision/,
      ),
    });
  });

  test('all well: three, for taking a PC back needs two beside the one who asks', async () => {
    const role = 'roles: [{ id: r, allow: [{ operations: [all] }], approve: [{ operations: [all] }] }]';
    const three = `${two.trimEnd().slice(0, -1)}, { id: cy, name: Cy, roles: [r], accounts: { console: true } }]\n`;
    expect(await rightsCheck(config(`${token}${three}${role}`)).run()).toMatchObject({
      status: 'ok',
      found: 'console; 3 people, 1 roles',
    });
    expect(await rightsCheck(config(`${token}${two}${role}`)).run()).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('can approve unprovision, unprovision-fully'),
    });
  });

  test('nobody approves what they asked for themselves: one person with every right is too few', async () => {
    const role = 'roles: [{ id: r, allow: [{ operations: [all] }], approve: [{ operations: [all] }] }]';
    expect(await rightsCheck(config(`${token}${ana('r')}${role}`)).run()).toMatchObject({ status: 'warn' });
  });
});

describe('the authority of the devices', () => {
  const keys = forge.pki.rsa.generateKeyPair(2048);

  /** File of a self-signed certificate that is valid from a day ago for so many days. */
  async function certificate(name: string, days: number, ca: boolean): Promise<string> {
    const made = forge.pki.createCertificate();
    made.publicKey = keys.publicKey;
    made.serialNumber = '01';
    made.validity.notBefore = new Date(Date.now() - 86_400_000);
    made.validity.notAfter = new Date(Date.now() + days * 86_400_000);
    made.setSubject([{ name: 'commonName', value: name }]);
    made.setIssuer([{ name: 'commonName', value: name }]);
    made.setExtensions([{ name: 'basicConstraints', cA: ca, critical: true }]);
    made.sign(keys.privateKey, forge.md.sha256.create());
    const file = join(directory, `${name}.pem`);
    await writeFile(file, forge.pki.certificateToPem(made));
    return file;
  }
  const inDays = (days: number) => () => new Date(Date.now() + days * 86_400_000);

  test('is watched for its end', async () => {
    const file = await certificate('lab-ca', 100, true);
    expect(await certificateAuthorityCheck(file, inDays(0)).run()).toMatchObject({
      status: 'ok',
      found: expect.stringMatching(/^CN=lab-ca, \d\d+ days left$/),
    });
    expect(await certificateAuthorityCheck(file, inDays(80)).run()).toMatchObject({
      status: 'warn',
      found: expect.stringMatching(/runs out in \d\d days/),
    });
    expect(await certificateAuthorityCheck(file, inDays(110)).run()).toMatchObject({
      status: 'fail',
      found: expect.stringMatching(/ran out \d+ days ago/),
    });
    expect(await certificateAuthorityCheck(file, inDays(-2)).run()).toMatchObject({
      status: 'fail',
      found: expect.stringMatching(/not valid yet/),
    });
  });

  test('must be one', async () => {
    expect(await certificateAuthorityCheck(await certificate('a-device', 100, false), inDays(0)).run()).toMatchObject({
      status: 'warn',
    });
    expect(await certificateAuthorityCheck(join(directory, 'none.pem'), inDays(0)).run()).toMatchObject({
      status: 'fail',
    });
    expect(await certificateAuthorityCheck(undefined, inDays(0)).run()).toMatchObject({ status: 'ok' });
  });
});

describe('ports', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  });

  /** A server on its own loopback address that answers everything with this; resolves to its port. */
  async function answering(body: string): Promise<number> {
    const server = createServer((_request, response) => response.end(body));
    servers.push(server.listen(0, '127.0.77.1'));
    await once(server, 'listening');
    return z.object({ port: z.number() }).parse(server.address()).port;
  }
  const publicPort = (host: string, port: number) =>
    portChecks(config(`service: { listen: { host: ${host}, port: ${port} } }`))[0]?.run();

  test('that are free, or any, are well', async () => {
    expect(await publicPort('127.0.77.1', 0)).toMatchObject({ status: 'ok', found: 'any free port' });
    const port = await answering('');
    expect(await publicPort('127.0.77.2', port)).toMatchObject({ status: 'ok', found: `127.0.77.2:${port} is free` });
  });

  test('held by this service are well, held by another program are not', async () => {
    expect(await publicPort('127.0.77.1', await answering('{"status":"ok"}'))).toMatchObject({
      status: 'ok',
      found: expect.stringMatching(/held by a service that runs/),
    });
    expect(await publicPort('127.0.77.1', await answering('It works!'))).toMatchObject({
      status: 'fail',
      found: expect.stringMatching(/taken by another program/),
    });
  });

  test('on an address that is not of this machine fail', async () => {
    expect(await publicPort('192.0.2.1', 3000)).toMatchObject({
      status: 'fail',
      found: '192.0.2.1 is no address of this machine',
    });
  });
});

describe('all checks together', () => {
  const subject = (configFile: string, environment: Record<string, string>): DoctorSubject => ({
    configFile,
    nodeVersion: 'v24.0.0',
    now: () => new Date(),
    databaseUrl: undefined,
    sources: async () => createSecretSources(environment),
    more: () => [check('database', async () => finding.ok('reached'))],
  });

  test('a configuration that does not load ends the list, with its mistakes', async () => {
    const file = join(directory, 'wrong.yaml');
    await writeFile(file, 'servce: {}\n');
    const { code, lines } = await examine(await doctorChecks(subject(file, {})));
    expect(code).toBe(1);
    expect(lines.join('\n')).toMatch(
      /✖ fail {2}configuration {2}.*wrong\.yaml: one mistake\n.*servce.*Did you mean service\?/,
    );
    expect(lines.join('\n')).not.toMatch(/database/);
  });

  test('secrets are looked at and never shown; those that are missing are named by where they belong', async () => {
    const file = join(directory, 'good.yaml');
    await writeFile(join(directory, 'password'), 'Hunter2-in-a-file\n', { mode: 0o644 });
    await writeFile(
      file,
      `service: { dataDirectory: ${join(directory, 'fresh')}, listen: { host: 127.0.77.3, port: 0 } }
amt: { credentials: { default: { password: { env: AMT } }, old: { password: { file: password } } } }
`,
    );
    const missing = await examine(await doctorChecks(subject(file, {})));
    expect(missing.lines.join('\n')).toMatch(
      /secrets .*1 of 2 there\n.*amt\.credentials\.default\.password \(env AMT\): There is no environment variable AMT/,
    );
    const there = await examine(await doctorChecks(subject(file, { AMT: 'Hunter2' })));
    expect(there.lines.join('\n')).toMatch(/▲ warn {2}secrets .*all 2 there; others may read .*password/);
    expect(there.lines.join('\n')).toMatch(/✔ ok {4}database .*reached/);
    expect([...missing.lines, ...there.lines].join('\n')).not.toContain('Hunter2');
  });

  test('the key of the store is only missed when something is in the store', async () => {
    const file = join(directory, 'store.yaml');
    await writeFile(file, 'amt: { credentials: { default: { password: { secret: amt } } } }\n');
    const { lines } = await examine(await doctorChecks(subject(file, {})));
    expect(lines.join('\n')).toMatch(/service\.secretKey \(env OOB_SECRET_KEY\): There is no environment variable/);
    expect(lines.join('\n')).toMatch(/Store it with: oob secret set amt/);
    await writeFile(file, 'amt: { credentials: { default: { password: { env: AMT } } } }\n');
    expect((await examine(await doctorChecks(subject(file, { AMT: 'x' })))).lines.join('\n')).toMatch(
      /secrets .*all 1 there/,
    );
  });
});

describe('network interfaces of magic packets', () => {
  const named = config('wake: { interface: eth7, sites: { lyon: { interface: lo } } }\n');

  test('one that is not there is named, with those that are', async () => {
    const { code, lines } = await examine(wakeInterfaceChecks(named, ['lo', 'eth0']));
    expect(code).toBe(1);
    expect(lines[0]).toMatch(/there is no interface eth7; there are lo, eth0\n.*Correct wake\.interface/);
  });
  test('all there; and no check where none is named', async () => {
    expect((await examine(wakeInterfaceChecks(named, ['lo', 'eth7']))).code).toBe(0);
    expect(wakeInterfaceChecks(config(''), ['lo'])).toEqual([]);
  });
});
