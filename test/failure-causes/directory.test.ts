/** Causes that lie in Active Directory: a Samba domain controller, and PCs of the lab that have keys of its objects. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Client } from 'ldapts';
import { estimateTicketBytes, ticketLimits } from '../../src/directory/ticket-size.ts';
import { type TicketHolder, verifyDirectory } from '../../src/directory/verify-directory.ts';
import { prerequisiteReasons } from '../../src/messages/checks/prerequisites.ts';
import { directoryReasons } from '../../src/messages/reasons/directory-reasons.ts';
import type { KerberosEncryption } from '../../src/ports/amt/kerberos.ts';
import { newDevicePassword } from '../../src/ports/directory/password.ts';
import type { Directory } from '../../src/ports/directory.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { judgeDomainClocks } from '../../src/prerequisites/verdicts/clocks.ts';
import { whyItStopped } from '../../src/provisioning/machine/why-it-stopped.ts';
import { giveKerberosKey, rotateDirectoryPassword } from '../../src/provisioning/secure/directory-key.ts';
import { baseDn, realm, type Samba, sambaHint, sambaIsHere, startSamba } from '../directory/samba.ts';
import { addGroup, addUser, adminClient, directoryOf, errorOf, passwordOf } from '../directory/testing.ts';
import { readTicketFile } from '../directory/ticket-file.ts';
import { openStore, temporaryDirectory } from '../store/testing.ts';
import { undoAt } from '../support/undo.ts';
import { type Bench, createBench } from './bench.ts';
import { staged } from './staged.ts';

const execute = promisify(execFile);
const encryptions: readonly KerberosEncryption[] = ['aes128-cts-hmac-sha1-96', 'aes256-cts-hmac-sha1-96'];
/** A ticket of so many groups is too large for redirection, and for WS-Management. */
const manyGroups = 250;
const tooManyGroups = 400;

(sambaIsHere ? describe : describe.skip)(`a domain, on a Samba domain controller (${sambaHint})`, () => {
  let samba: Samba;
  let client: Client;
  let directory: Directory;
  let bench: Bench;
  let store: Store;
  const undo = undoAt(afterAll);

  beforeAll(async () => {
    samba = await startSamba('127.24.201.100');
    undo.push(() => samba.remove());
    client = await adminClient(samba);
    undo.push(() => client.unbind());
    await addUser(client, 'svc-oob');
    await addUser(client, 'alice');
    directory = directoryOf(samba, 'svc-oob');
    undo.push(() => directory.close());
    const folder = await temporaryDirectory();
    undo.push(() => folder.remove());
    store = await openStore({ dataDirectory: folder.path });
    undo.push(() => store.close());
    bench = await createBench({ devices: 2, firstAddress: '127.24.201.101', sites: ['lab'] });
    undo.push(() => bench.close());
  }, 60_000);

  const asAdministrator = async <T>(work: (directory: Directory) => Promise<T>): Promise<T> => {
    const admin = directoryOf(samba, 'administrator');
    try {
      return await work(admin);
    } finally {
      await admin.close();
    }
  };
  /** Mends of `oob directory verify`, by check. */
  const mends = async (now = new Date(), people: readonly TicketHolder[] = []) => {
    const checks = await verifyDirectory(directory, () => now, people);
    return new Map(checks.map(({ name, mend }) => [name, mend]));
  };
  const inDomain = (name: string) => `${name}.lab.test`;
  const deps = (setAt: Date | null = null) => ({
    directoryOf: async () => directory,
    directoryPasswordSetAt: async () => setAt,
  });
  const verify = (name: string, setAt: Date | null = null) =>
    bench.verify(name, { ...bench.pinned(name, 'pinned'), fqdn: inDomain(name) }, deps(setAt));

  staged('directory-rights', 'no unit; a unit without rights; then a name of thirty letters', async (named) => {
    expect((await mends()).get('unit')).toBe(named('directory verify', 'unit'));
    await asAdministrator((admin) => admin.unit.create());
    const denied = await mends();
    expect(denied.get('full control')).toBe(named('directory verify', 'full control'));
    expect(denied.get('effective rights')).toBe(named('directory verify', 'effective rights'));
    expect(denied.get('trial')).toBe(named('directory verify', 'trial'));
    const input = { fqdn: inDomain('host1'), uuid: null, encryptions };
    const stopped = whyItStopped(await errorOf(directory.devices.put(input, newDevicePassword())));
    expect(stopped.code).toBe('provisioning_directory_refused');
    expect(stopped.evidence[0]).toContain(directoryReasons.directory_no_rights.mend);
    expect(named('provision', 'provisioning_directory_refused')).toContain('oob directory verify');
    await asAdministrator(async (admin) => admin.unit.delegate((await admin.people.trustee('svc-oob'))?.sid ?? ''));
    expect([...(await mends()).values()].filter((mend) => mend !== null)).toEqual([]);
    const fqdn = inDomain('reception-desk-of-the-old-house');
    const { object } = await directory.devices.put({ fqdn, uuid: null, encryptions }, newDevicePassword());
    expect(object.accountName.length).toBeLessThanOrEqual(20);
    await directory.devices.remove(object.dn);
  });

  staged('clock-skew', 'the domain controller is six minutes ahead of this service', async (named) => {
    const behind = new Date(Date.now() - 360_000);
    expect((await mends(behind)).get('clock')).toBe(named('directory verify', 'clock'));
    const { server, serverTime } = await directory.facts();
    const aheadMs = serverTime.getTime() - behind.getTime();
    const { reason } = judgeDomainClocks([{ domain: 'lab', server, aheadMs }], null);
    expect(reason && prerequisiteReasons[reason].mend).toBe(named('prerequisites', 'domain_clock_off'));
  });

  staged('key-out-of-step', 'somebody resets the object, and the PC keeps its key', async (named) => {
    const password = newDevicePassword();
    const { object, keys: given } = await directory.devices.put(
      { fqdn: inDomain('host1'), uuid: null, encryptions },
      password,
    );
    const setAt = new Date();
    const [first = '', ...others] = object.servicePrincipals;
    await bench.converse(
      'host1',
      ({ provisioning }) =>
        provisioning.kerberos.enable({
          realm,
          key: {
            kind: 'passphrase',
            passphrase: password,
            salt: given.salt,
            iterations: given.iterations,
            encryptions,
          },
          keyVersion: given.keyVersion,
          clockToleranceMinutes: 5,
          servicePrincipals: [first, ...others.slice(0, 3)],
        }),
      bench.pinned('host1', 'pinned'),
    );
    expect((await verify('host1', setAt)).join()).not.toContain('Directory');
    await asAdministrator((admin) => admin.devices.rotate(object.dn, newDevicePassword()));
    expect(await verify('host1', setAt)).toContain(`Directory, key: ${named('verify', 'directory_key_differs')}`);
    const keys = { directory, secrets: store.deviceSecrets, newPassword: newDevicePassword, now: () => new Date() };
    const wish = { id: 'dev_host1', deviceId: 'dev_host1', fqdn: inDomain('host1'), dn: object.dn };
    await rotateDirectoryPassword(wish, keys);
    await bench.converse('host1', (session) => giveKerberosKey(session, wish, keys), bench.pinned('host1', 'pinned'));
    expect((await verify('host1', new Date())).join()).not.toContain('Directory');
    // A domain restored from a copy has the old key version again, and the time of the password tells.
    const earlier = new Date(setAt.getTime() - 3_600_000);
    expect(await verify('host1', earlier)).toContain(`Directory, key: ${named('verify', 'directory_key_differs')}`);
  });

  staged('principal-twice', 'one that the domain refuses; one from before it did', async (named) => {
    const spn = `HTTP/${inDomain('host2')}:16993`;
    await addUser(client, 'squatter');
    await samba.run('/usr/bin/samba-tool', ['spn', 'add', spn, 'squatter', '-H', `${samba.folder}/private/sam.ldb`]);
    const putting = directory.devices.put({ fqdn: inDomain('host2'), uuid: null, encryptions }, newDevicePassword());
    const error = await errorOf(putting);
    expect([error.code, whyItStopped(error).code]).toEqual(['directory_duplicate_spn', 'provisioning_duplicate_name']);
    expect(named('provision', 'provisioning_duplicate_name')).toContain('setspn');
    expect(named('directory', 'directory_duplicate_spn')).toContain('klist purge');
    // Domain controllers look for doubles since Windows Server 2012 R2: here it is written past them.
    await client.del(`CN=squatter,CN=Users,${baseDn}`);
    await directory.devices.put({ fqdn: inDomain('host2'), uuid: null, encryptions }, newDevicePassword());
    await addUser(client, 'squatter');
    await addPast(`CN=squatter,CN=Users,${baseDn}`, spn);
    expect(await verify('host2')).toContain(`Directory, names: ${named('verify', 'principal_duplicate')}`);
    await client.del(`CN=squatter,CN=Users,${baseDn}`);
    expect((await verify('host2')).join()).not.toContain('Directory, names');
  });

  /** Adds a principal name in the database itself, past the rules of Active Directory. */
  async function addPast(dn: string, spn: string): Promise<void> {
    const program = `
import sys, ldb
base = sys.argv[1] + '/private/sam.ldb.d/' + ${JSON.stringify(baseDn.toUpperCase())} + '.ldb'
db = ldb.Ldb(base, options=['modules:'])
m = ldb.Message(ldb.Dn(db, sys.argv[2]))
m['servicePrincipalName'] = ldb.MessageElement([sys.argv[3]], ldb.FLAG_MOD_ADD, 'servicePrincipalName')
db.modify(m)
`;
    await execute('/usr/bin/python3', ['-c', program, samba.folder, dn, spn]);
  }

  staged('ticket-too-large', 'hundreds of groups: the estimate holds against a real ticket', async (named) => {
    const sid = (await directory.people.trustee('alice'))?.sid ?? '';
    const people = [{ name: 'Alice', sid }];
    expect((await mends(new Date(), people)).get('ticket size')).toBeNull();
    const dn = `CN=alice,CN=Users,${baseDn}`;
    const joinGroups = async (from: number, until: number) => {
      for (let at = from; at < until; at += 1) await addGroup(client, `Project-${at}`, dn);
    };
    await joinGroups(0, manyGroups);
    expect((await mends(new Date(), people)).get('ticket size')).toBe(named('directory verify', 'ticket size'));

    await samba.run('/usr/bin/kinit', [`alice@${realm}`], `${passwordOf('alice')}\n`);
    await samba.run('/usr/bin/kvno', [`HTTP/${inDomain('host1')}:16993@${realm}`]);
    const tickets = await readTicketFile(join(samba.folder, 'tickets'));
    const { bytes = 0 } = tickets.find(({ server }) => server.startsWith('HTTP/')) ?? {};
    const estimate = estimateTicketBytes(sid, await directory.people.groupsOf(sid));
    expect(bytes).toBeGreaterThan(ticketLimits.redirection);
    expect(Math.abs(estimate - bytes) / bytes).toBeLessThan(0.1);

    await joinGroups(manyGroups, tooManyGroups);
    const checks = await verifyDirectory(directory, () => new Date(), people);
    expect(checks.find(({ name }) => name === 'ticket size')).toMatchObject({
      status: 'fail',
      evidence: [expect.stringMatching(/^Alice: about 4\d{3} bytes, 40\d groups/)],
    });
  });
});
