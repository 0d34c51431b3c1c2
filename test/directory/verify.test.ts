import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Change, type Client } from 'ldapts';
import {
  type DirectoryCommand,
  runDirectoryDelegate,
  runDirectoryPrepare,
  runDirectoryPrint,
  runDirectorySid,
  runDirectoryVerify,
} from '../../src/cli/directory.ts';
import { directoryCheck } from '../../src/cli/doctor/directory-check.ts';
import { dsaclsCommand } from '../../src/directory/dsacls-command.ts';
import { createGroupRoles } from '../../src/directory/group-roles.ts';
import { comparePlaces, verifyDirectory } from '../../src/directory/verify-directory.ts';
import { createPeopleSource } from '../../src/identity/people-source.ts';
import { createLogger } from '../../src/logging/logger.ts';
import { directoryReasons } from '../../src/messages/reasons/directory-reasons.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { administrator, baseDn, type Samba, sambaHint, sambaIsHere, startSamba } from './samba.ts';
import { addGroup, addUser, adminClient, directoryOf, passwordOf, unit } from './testing.ts';

const root = join(import.meta.dirname, '../..');

(sambaIsHere ? describe : describe.skip)(`looking at a domain, on a Samba domain controller (${sambaHint})`, () => {
  let samba: Samba;
  let client: Client;

  beforeAll(async () => {
    samba = await startSamba('127.0.40.4');
    client = await adminClient(samba);
    await addUser(client, 'svc-oob');
    const alice = await addUser(client, 'alice');
    await addUser(client, 'bob');
    await addGroup(client, 'AMT-Operators', await addGroup(client, 'Night-Shift', alice));
    await writeFile(join(samba.folder, 'ca-for-oob.pem'), samba.ca);
    await writeFile(
      join(samba.folder, 'oob.yaml'),
      `directory:
  domains:
    lab:
      dnsName: lab.test
      servers: ['${samba.url}']
      unit: ${unit}
      account: svc-oob@lab.test
      password: { env: SVC_OOB_PASSWORD }
      certificateAuthorityFile: ca-for-oob.pem
`,
    );
  }, 60_000);
  afterAll(async () => {
    await client?.unbind();
    await samba?.remove();
  });

  /** The command line itself; what it says and how it ends. */
  async function oob(args: readonly string[], input = ''): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, [join(root, 'src/cli/index.ts'), ...args], {
      cwd: samba.folder,
      env: { PATH: process.env.PATH ?? '', SVC_OOB_PASSWORD: passwordOf('svc-oob') },
    });
    let said = '';
    for (const channel of [child.stdout, child.stderr])
      channel.on('data', (chunk) => {
        said += String(chunk);
      });
    child.stdin.end(input);
    await once(child, 'close');
    return { code: child.exitCode, said };
  }
  const check = async (account: string) => {
    const directory = directoryOf(samba, account);
    try {
      return await verifyDirectory(directory, () => new Date());
    } finally {
      await directory.close();
    }
  };
  const inShort = (checks: Awaited<ReturnType<typeof check>>) => checks.map(({ name, status }) => `${name} ${status}`);

  test('before anything is prepared: the unit is missing, and what needs it is not looked at', async () => {
    const checks = await check('svc-oob');
    expect(inShort(checks)).toEqual([
      'reached pass',
      'clock pass',
      'unit fail',
      'full control skipped',
      'effective rights skipped',
      'trial skipped',
      'global catalog pass',
    ]);
    expect(checks[2]).toMatchObject({ evidence: [unit], mend: expect.stringContaining('oob directory prepare') });
  });

  test('from the command line: prepare as administrator, whose password comes over standard input', async () => {
    const wrong = await oob(['directory', 'prepare', '--as', administrator.account], 'not-the-password');
    expect(wrong.code).toBe(1);
    expect(wrong.said).toContain(directoryReasons.directory_wrong_password.mend);
    expect(wrong.said).not.toContain('not-the-password');
    const made = await oob(['directory', 'prepare', '--as', administrator.account], `${administrator.password}\n`);
    expect(made).toEqual({ code: 0, said: `${unit}: made.\n` });
  }, 60_000);

  /** What a command says, and how it ends. */
  async function say(account: string, run: (command: DirectoryCommand) => Promise<number>) {
    const directory = directoryOf(samba, account);
    const lines: string[] = [];
    const show = (line: string) => void lines.push(line);
    const domains = [{ directory, account: 'svc-oob@lab.test' }];
    const code = await run({ domains, out: show, err: show });
    await directory.close();
    return { code, said: lines.join('\n') };
  }
  const now = () => new Date();

  test('prepared but not delegated: verify names the right that lacks, three times; delegated, it passes', async () => {
    const denied = await say('svc-oob', (command) => runDirectoryDelegate(command, null));
    expect(denied).toMatchObject({ code: 1, said: expect.stringContaining('The account lacks the right to do this.') });
    const half = await say('svc-oob', (command) => runDirectoryVerify(command, { json: true, now }));
    expect(half.code).toBe(1);
    const checks = half.said.split('\n').map((line): unknown => JSON.parse(line));
    for (const name of ['full control', 'effective rights', 'trial'])
      expect(checks).toContainEqual(expect.objectContaining({ name, status: 'fail' }));
    expect(half.said).toContain('failed at: create');
    expect(await say('svc-oob', (command) => runDirectoryPrint(command, null))).toEqual({
      code: 0,
      said: `dsacls "${unit}" /I:T /G "svc-oob@lab.test:GA"`,
    });
    const granted = await say('administrator', (command) => runDirectoryDelegate(command, null));
    expect(granted.said).toMatch(/Full Control granted to svc-oob \(S-1-5-21-/);
    const again = await say('administrator', (command) => runDirectoryDelegate(command, 'LAB\\svc-oob'));
    expect(again.said).toContain('was granted already');
    const after = await say('svc-oob', (command) => runDirectoryVerify(command, { json: false, now }));
    expect(after.said).toContain('7 ok, 0 to look at, 0 failed, 0 could not be looked at.');
    expect(after.code).toBe(0);
    expect(await say('svc-oob', runDirectoryPrepare)).toEqual({ code: 0, said: `${unit}: was there already.` });
    const { said } = await say('svc-oob', (command) => runDirectorySid(command, 'LAB\\AMT-Operators'));
    expect(said).toMatch(/^S-1-5-21-[\d-]+ {2}group AMT-Operators {2}CN=AMT-Operators,/);
    expect((await say('svc-oob', (command) => runDirectorySid(command, 'nobody'))).code).toBe(1);
    expect((await say('svc-oob', (command) => runDirectoryPrepare({ ...command, domains: [] }))).code).toBe(2);
  });

  test('every check passes for the account that was delegated to; no trial object stays behind', async () => {
    expect((await check('svc-oob')).map(({ status }) => status)).toEqual(Array(7).fill('pass'));
    expect((await client.search(unit, { scope: 'one', attributes: ['1.1'] })).searchEntries).toEqual([]);
  });

  test('a wrong password is one failed check, and the rest is not looked at', async () => {
    const directory = directoryOf(samba, 'svc-oob', { password: async () => 'nope' });
    const [first, ...rest] = await verifyDirectory(directory, () => new Date());
    await directory.close();
    expect(first).toMatchObject({
      name: 'reached',
      status: 'fail',
      mend: directoryReasons.directory_wrong_password.mend,
    });
    expect(new Set(rest.map(({ status }) => status))).toEqual(new Set(['skipped']));
  });

  test('doctor: the domain answers, or why not', async () => {
    const doctor = (account: string) => directoryCheck('lab', async () => directoryOf(samba, account)).run();
    expect(await doctor('svc-oob')).toEqual({ status: 'ok', found: `dc1.lab.test answers for ${baseDn}`, mend: null });
    const { status, mend } = await doctor('ghost');
    expect([status, mend]).toEqual(['fail', directoryReasons.directory_wrong_password.mend]);
  });

  test('a clock that is minutes away', async () => {
    const directory = directoryOf(samba, 'svc-oob');
    const at = async (minutes: number) =>
      (await verifyDirectory(directory, () => new Date(Date.now() + minutes * 60_000)))[1]?.status;
    expect([await at(0), await at(3), await at(-6)]).toEqual(['pass', 'warn', 'fail']);
    await directory.close();
  });

  test('roles by groups, also by a group in a group, as they are at the moment; none when the domain cannot be read', async () => {
    const directory = directoryOf(samba, 'svc-oob');
    const sidOf = async (name: string) => (await directory.people.trustee(name))?.sid ?? '';
    const [alice, bob, operators, shift] = await Promise.all(
      ['alice', 'bob', 'AMT-Operators', 'Night-Shift'].map(sidOf),
    );
    const clock = createFakeClock();
    let readable = true;
    const roles = createGroupRoles({
      people: [
        { id: 'alice', domain: 'lab', sid: alice ?? '' },
        { id: 'bob', domain: 'lab', sid: bob ?? '' },
        { id: 'eve', domain: 'other', sid: alice ?? '' },
      ],
      roles: [
        { domain: 'lab', group: operators ?? '', role: 'operator' },
        { domain: 'lab', group: shift ?? '', role: 'night' },
        { domain: 'lab', group: 'S-1-5-21-1-2-3-4', role: 'ghost' },
      ],
      membersAmong: (_domain, users, group) =>
        readable ? directory.people.membersAmong(users, group) : Promise.reject(new Error('down')),
      clock,
      logger: createLogger({ level: 'error' }),
      freshMs: 60_000,
      staleMs: 300_000,
    });
    const account = (id: string) => ({ platform: 'console', tenant: 'local', user: id }) as const;
    const people = createPeopleSource(
      () => ['alice', 'bob', 'eve'].map((id) => ({ id, name: id, roles: ['reader'], accounts: [account(id)] })),
      { all: async () => [] },
      roles,
    );
    const rolesNow = async () => {
      await people.refresh();
      return people
        .now()
        .all()
        .map((person) => person.roles);
    };
    expect(people.now().byId('alice')?.roles).toEqual(['reader']);
    expect(await rolesNow()).toEqual([['reader', 'operator', 'night'], ['reader'], ['reader']]);

    const member = (operation: 'add' | 'delete', name: string) =>
      client.modify(
        `CN=Night-Shift,CN=Users,${baseDn}`,
        new Change({
          operation,
          modification: new Attribute({ type: 'member', values: [`CN=${name},CN=Users,${baseDn}`] }),
        }),
      );
    await member('add', 'bob');
    await member('delete', 'alice');
    expect(await rolesNow()).toEqual([['reader', 'operator', 'night'], ['reader'], ['reader']]);
    await clock.sleep(60_000);
    expect(await rolesNow()).toEqual([['reader'], ['reader', 'operator', 'night'], ['reader']]);

    readable = false;
    await clock.sleep(299_000);
    expect((await rolesNow())[1]).toEqual(['reader', 'operator', 'night']);
    await clock.sleep(2_000);
    expect((await rolesNow())[1]).toEqual(['reader']);
    readable = true;
    await clock.sleep(60_000);
    expect((await rolesNow())[1]).toEqual(['reader', 'operator', 'night']);

    // A disabled account is in no group that gives a role.
    await client.modify(
      `CN=bob,CN=Users,${baseDn}`,
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'userAccountControl', values: ['514'] }),
      }),
    );
    await clock.sleep(60_000);
    expect((await rolesNow())[1]).toEqual(['reader']);
    await directory.close();
  });

  test('the unit at the same place in every domain', () => {
    const directories = [
      'OU=AMT,DC=lab,DC=test',
      'ou=amt, DC=emea,DC=lab,DC=test',
      'OU=PCs,DC=asia,DC=lab,DC=test',
    ].map((place) => directoryOf(samba, 'alice', { unit: place, name: place.slice(-20) }));
    expect(comparePlaces(directories.slice(0, 1))).toBeNull();
    expect(comparePlaces(directories.slice(0, 2))).toMatchObject({ status: 'pass', evidence: ['ou=amt'] });
    expect(comparePlaces(directories)).toMatchObject({ status: 'warn', mend: expect.stringContaining('same name') });
  });
});

test('the dsacls command cannot be broken out of', () => {
  expect(() => dsaclsCommand('OU=A"B,DC=x', 'LAB\\svc')).toThrow('directory_name_unfit');
  expect(() => dsaclsCommand('OU=A,DC=x', 'LAB\\s%PATH%')).toThrow('directory_name_unfit');
});
