import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Change, type Client } from 'ldapts';
import type { DirectoryOptions } from '../../adapters/directory/index.ts';
import { directoryReasons } from '../../src/messages/reasons/directory-reasons.ts';
import { newDevicePassword } from '../../src/ports/directory/password.ts';
import { type Directory, directoryErrorCodes } from '../../src/ports/directory.ts';
import { baseDn, type Samba, sambaHint, sambaIsHere, startSamba } from './samba.ts';
import { addUser, adminClient, directoryOf, errorOf, passwordOf } from './testing.ts';

(sambaIsHere ? describe : describe.skip)(`what goes wrong, on a Samba domain controller (${sambaHint})`, () => {
  let samba: Samba;
  let client: Client;
  let other: Awaited<ReturnType<typeof certificateOfAnother>>;
  const open: Directory[] = [];
  const servers: (() => Promise<unknown>)[] = [];
  const as = (account: string, more: Partial<DirectoryOptions> = {}) => {
    const directory = directoryOf(samba, account, more);
    open.push(directory);
    return directory;
  };

  async function certificateOfAnother(): Promise<string> {
    await samba.run('/usr/bin/openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-keyout', `${samba.folder}/other.key`, '-out', `${samba.folder}/other.pem`, '-subj', '/CN=Other CA'],
    ]);
    return readFile(`${samba.folder}/other.pem`, 'utf8');
  }

  beforeAll(async () => {
    samba = await startSamba('127.0.40.3');
    client = await adminClient(samba);
    await addUser(client, 'alice');
    await client.unbind();
    const admin = as('administrator');
    await admin.unit.create();
    other = await certificateOfAnother();
  }, 60_000);
  afterEach(async () => {
    for (const directory of open.splice(0)) await directory.close();
    for (const close of servers.splice(0)) await close();
  });
  afterAll(async () => {
    await samba?.remove();
  });

  /** A server on a loopback address of its own; `onSocket` gets each connection. */
  async function listen(
    onSocket: (socket: Socket) => void,
    host = '127.0.40.9',
  ): Promise<{ url: string; sockets: Set<Socket>; close: () => Promise<void> }> {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      onSocket(socket);
    });
    server.listen(0, host);
    await once(server, 'listening');
    const close = async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    };
    servers.push(close);
    const { port } = server.address() as AddressInfo;
    return { url: `ldaps://${host}:${port}`, sockets, close };
  }
  /** Passes everything on to the domain controller, so that it answers under a name that is not in its certificate. */
  const relay = (socket: Socket) => {
    const onward = connect({ host: samba.address, port: 636 });
    onward.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  };

  test('a wrong password; asked again it is not tried again, so that nothing is locked', async () => {
    let asked = 0;
    let now = Date.now();
    const password = async () => {
      asked += 1;
      return 'nope';
    };
    const directory = as('alice', { password, now: () => new Date(now) });
    const first = await errorOf(directory.facts());
    expect(first.code).toBe('directory_wrong_password');
    expect(JSON.stringify(first.evidence)).not.toContain('nope');
    expect(await errorOf(directory.facts())).toBe(first);
    expect(asked).toBe(2);
    now += 6 * 60_000;
    expect(await errorOf(directory.facts())).not.toBe(first);
  });

  test('an unknown account', async () => {
    expect((await errorOf(as('ghost').facts())).code).toBe('directory_wrong_password');
  });

  test('an empty password is refused before anything is sent', async () => {
    const { url, sockets } = await listen(() => undefined);
    const error = await errorOf(as('alice', { servers: [url], password: async () => '' }).facts());
    expect(error.code).toBe('directory_password_empty');
    expect(sockets.size).toBe(0);
  });

  test('a disabled account, and a password that must be changed', async () => {
    const admin = await adminClient(samba);
    const set = (name: string, type: string, value: string) =>
      admin.modify(
        `CN=${name},CN=Users,${baseDn}`,
        new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
      );
    await addUser(admin, 'gone');
    await set('gone', 'userAccountControl', '514');
    await addUser(admin, 'fresh');
    await set('fresh', 'pwdLastSet', '0');
    await admin.unbind();
    expect((await errorOf(as('gone').facts())).code).toBe('directory_account_disabled');
    expect((await errorOf(as('fresh').facts())).code).toBe('directory_password_expired');
  });

  test('a certificate of another authority', async () => {
    const error = await errorOf(as('alice', { ca: other }).facts());
    expect(error.code).toBe('directory_certificate_untrusted');
    expect((await errorOf(as('alice', { ca: null }).facts())).code).toBe('directory_certificate_untrusted');
  });

  test('a certificate for another name', async () => {
    const { url } = await listen(relay);
    expect((await errorOf(as('alice', { servers: [url] }).facts())).code).toBe('directory_certificate_name');
  });

  test('a server that speaks no TLS', async () => {
    const { url } = await listen((socket) => void socket.end('220 hello\r\n'));
    expect((await errorOf(as('alice', { servers: [url] }).facts())).code).toBe('directory_tls_failed');
  });

  test('a silent server ends by its timeout', async () => {
    const { url } = await listen(() => undefined);
    const error = await errorOf(as('alice', { servers: [url], timeouts: { connectMs: 200, requestMs: 200 } }).facts());
    expect(error.code).toBe('directory_silent');
  });

  test('a server that is down, and a name that is not known', async () => {
    const down = await errorOf(as('alice', { servers: ['ldaps://127.0.40.200'] }).facts());
    expect(down).toMatchObject({ code: 'directory_unreachable', mayHaveActed: false });
    expect(down.evidence).toEqual(['domain controller 127.0.40.200:636', 'ECONNREFUSED']);
    const none = await errorOf(as('alice', { servers: [], domain: 'no-such-domain.invalid' }).facts());
    expect(none.code).toBe('directory_name_not_found');
  });

  test('a domain controller that is down is passed over', async () => {
    const directory = as('alice', { servers: ['ldaps://127.0.40.200', samba.url] });
    expect(await directory.facts()).toMatchObject({ baseDn });
  });

  test('a domain controller that goes away in the middle of a question: it is asked again, and elsewhere when it stays away', async () => {
    let cut = false;
    // On the address in the certificate, so that it is trusted.
    const first = await listen((socket) => {
      socket.on('data', () => {
        if (cut) socket.destroy();
        cut = false;
      });
      relay(socket);
    }, samba.address);
    const directory = as('alice', { servers: [first.url, samba.url] });
    await directory.facts();
    cut = true;
    expect(await directory.facts()).toMatchObject({ baseDn });
    expect(first.sockets.size).toBe(1);
    await first.close();
    const { sids } = await directory.facts();
    expect(sids).toContain((await directory.people.trustee('alice'))?.sid);
  });

  test('the password of our account is changed while we are connected: the new one is fetched, the old one not tried on and on', async () => {
    const admin = await adminClient(samba);
    const dn = await addUser(admin, 'rotated');
    const server = await listen(relay, samba.address);
    let password = passwordOf('rotated');
    let asked = 0;
    const fetched = async () => {
      asked += 1;
      return password;
    };
    const directory = as('rotated', { servers: [server.url], password: fetched });
    await directory.facts();
    const change = async (next: string) => {
      // Twice: the password before the last is good for another hour (OldPasswordAllowedPeriod).
      for (const each of [`${next}-between`, next]) {
        const modification = new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${each}"`, 'utf16le')] });
        await admin.modify(dn, new Change({ operation: 'replace', modification }));
      }
      // An idle connection that the domain controller closes, and time for our side to hear of it.
      const closed = [...server.sockets].map((socket) => once(socket, 'close'));
      for (const socket of server.sockets) socket.end();
      await Promise.all(closed);
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    };
    await change('Passw0rd!second');
    password = 'Passw0rd!second';
    expect((await directory.facts()).sids.length).toBeGreaterThan(1);
    expect(asked).toBe(2);
    await change('Passw0rd!third');
    expect((await errorOf(directory.facts())).code).toBe('directory_wrong_password');
    await admin.unbind();
  });

  test('a domain controller that restarts: who we are survives, nobody is anonymous afterwards', async () => {
    const directory = as('alice');
    await directory.facts();
    const admin = as('administrator');
    await admin.facts();
    await samba.kill();
    expect((await errorOf(directory.facts())).code).toBe('directory_unreachable');
    const error = await errorOf(
      admin.devices.put({ fqdn: 'x.lab.test', uuid: null, encryptions: ['rc4-hmac'] }, newDevicePassword()),
    );
    expect(error).toMatchObject({ code: 'directory_unreachable', mayHaveActed: false });
    await samba.start();
    const { sids } = await directory.facts();
    expect(sids).toContain((await directory.people.trustee('alice'))?.sid);
    expect(await admin.unit.exists()).toBe(true);
  });

  /**
   * Speaks so much LDAP that every bind goes well; `answer` gives the rest of the reply to each other operation, by its tag
   * (RFC 4511), null to hang up. Under the certificate of the domain controller.
   */
  async function speakLdap(answer: (operation: number) => string | null): Promise<string> {
    const held = new Set<Socket>();
    const [key, cert] = await Promise.all(['dc.key', 'dc.pem'].map((name) => readFile(`${samba.folder}/tls/${name}`)));
    const server = createTlsServer({ key, cert }, (socket) => {
      held.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (message: Buffer) => {
        const length = message[1] ?? 0;
        const at = length < 0x80 ? 2 : 2 + (length & 0x7f);
        const id = message.subarray(at, at + 2 + (message[at + 1] ?? 0));
        const operation = message[at + id.length] ?? 0;
        const reply = operation === 0x60 ? '61070a010004000400' : answer(operation);
        if (reply === null) return void socket.destroy();
        const body = Buffer.concat([id, Buffer.from(reply, 'hex')]);
        socket.write(Buffer.concat([Buffer.from([0x30, body.length]), body]));
      });
    });
    server.listen(0, samba.address);
    await once(server, 'listening');
    servers.push(async () => {
      for (const socket of held) socket.destroy();
      server.close();
    });
    return `ldaps://${samba.address}:${(server.address() as AddressInfo).port}`;
  }

  test('an answer that never came after a change: it may have acted, and is not repeated', async () => {
    let adds = 0;
    const url = await speakLdap(() => {
      adds += 1;
      return null;
    });
    const directory = as('administrator', { servers: [url, samba.url] });
    const error = await errorOf(
      directory.devices.put({ fqdn: 'lost.lab.test', uuid: null, encryptions: ['rc4-hmac'] }, newDevicePassword()),
    );
    expect(error).toMatchObject({ code: 'directory_dropped', mayHaveActed: true });
    expect(adds).toBe(1);
  });

  test.each([
    ['a referral', '65070a010a04000400', 'directory_referral'],
    ['busy', '65070a013304000400', 'directory_busy'],
    ['unavailable', '65070a013404000400', 'directory_busy'],
    ['unwilling', '65070a013504000400', 'directory_unwilling'],
    ['a code that nobody knows', '65070a017004000400', 'directory_protocol'],
  ])('a domain controller that answers with %s', async (_what, reply, code) => {
    const url = await speakLdap(() => reply);
    const directory = as('alice', { servers: [url], timeouts: { connectMs: 2_000, requestMs: 300 } });
    expect((await errorOf(directory.unit.exists())).code).toBe(code);
  });

  test('continuation references, which a domain controller sends beside what it found, do not get into lists', async () => {
    const admin = as('administrator');
    const names: string[] = [];
    for await (const page of admin.devices.computers(baseDn)) names.push(...page.map(({ name }) => name));
    expect(names).toContain('DC1');
    expect(names).not.toContain('');
  });

  test('passwords are in no error', async () => {
    const error = await errorOf(as('alice').unit.delegate('S-1-5-21-1-2-3-4'));
    expect(error.code).toBe('directory_no_rights');
    expect(`${error.message} ${String(error.cause)} ${JSON.stringify(error)}`).not.toContain(passwordOf('alice'));
  });

  test('SIDs and groups of people', async () => {
    const admin = await adminClient(samba);
    const dn = `CN=alice,CN=Users,${baseDn}`;
    await admin.add(`CN=Deep,CN=Users,${baseDn}`, {
      objectClass: ['top', 'group'],
      sAMAccountName: 'Deep',
      member: [dn],
    });
    await admin.add(`CN=Role,CN=Users,${baseDn}`, {
      objectClass: ['top', 'group'],
      sAMAccountName: 'Role',
      member: [`CN=Deep,CN=Users,${baseDn}`],
    });
    await admin.unbind();
    const { people } = as('administrator');
    const alice = await people.trustee('alice@lab.test');
    expect(alice).toMatchObject({ dn, accountName: 'alice', kind: 'user' });
    for (const name of ['alice', 'LAB\\alice', 'lab\\ALICE', dn, alice?.sid ?? ''])
      expect(await people.trustee(name)).toEqual(alice);
    for (const name of ['OTHER\\alice', 'alice@other.test', 'nobody', 'S-1-5-21-1-2-3-4', '*', 'alice)(cn=*', ''])
      expect(await people.trustee(name)).toBeNull();
    const role = await people.trustee('LAB\\Role');
    expect(role?.kind).toBe('group');
    expect(await people.groupsOf(alice?.sid ?? '')).toContain(role?.sid);
    expect((await errorOf(people.groupsOf('S-1-5-21-1-2-3-4'))).code).toBe('directory_not_found');
    const gone = await people.trustee('gone');
    expect((await errorOf(people.groupsOf(gone?.sid ?? ''))).code).toBe('directory_account_disabled');
  });
});

test('every code has a sentence and a mend', () => {
  for (const code of directoryErrorCodes) {
    expect(directoryReasons[code].what).toMatch(/^[A-Z].*\.$/);
    expect(directoryReasons[code].mend).toMatch(/^[A-Z].*\.$/);
  }
});
