import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, type Client } from 'ldapts';
import type { KerberosEncryption } from '../../src/ports/amt/kerberos.ts';
import type { DirectoryComputer } from '../../src/ports/directory/device-objects.ts';
import { newDevicePassword } from '../../src/ports/directory/password.ts';
import type { Directory } from '../../src/ports/directory.ts';
import { keytab } from './keytab.ts';
import { baseDn, computersInBig, realm, type Samba, sambaHint, sambaIsHere, startSamba } from './samba.ts';
import { addUser, adminClient, directoryOf, errorOf, passwordOf, unit } from './testing.ts';

const aes: readonly KerberosEncryption[] = ['aes128-cts-hmac-sha1-96', 'aes256-cts-hmac-sha1-96'];
const uuid = '4c4c4544-0042-3510-8054-b7c04f4d3332';

(sambaIsHere ? describe : describe.skip)(`device objects, on a Samba domain controller (${sambaHint})`, () => {
  let samba: Samba;
  let client: Client;
  let directory: Directory;

  beforeAll(async () => {
    samba = await startSamba('127.0.40.2');
    client = await adminClient(samba);
    await addUser(client, 'alice');
    await addUser(client, 'svc-oob');
    const admin = directoryOf(samba, 'administrator');
    await admin.unit.create();
    await admin.unit.delegate((await admin.people.trustee('svc-oob'))?.sid ?? '');
    await admin.close();
    directory = directoryOf(samba, 'svc-oob');
  }, 60_000);
  afterAll(async () => {
    await directory?.close();
    await client?.unbind();
    await samba?.remove();
  });

  /** Asks for a ticket for the service and decrypts it with the key, as the firmware would; what kvno says. */
  async function ticket(spn: string, kvno: number, encryption: KerberosEncryption, key: Uint8Array): Promise<string> {
    const file = join(samba.folder, 'keytab');
    await writeFile(file, keytab(spn, realm, kvno, encryption, key));
    await samba.run('/usr/bin/kinit', [`alice@${realm}`], `${passwordOf('alice')}\n`);
    return samba.run('/usr/bin/kvno', ['-e', encryption, '-k', file, `${spn}@${realm}`]);
  }

  test('one add makes the object with names, password and encryption types', async () => {
    const { object, created } = await directory.devices.put(
      { fqdn: 'Host42.lab.test', uuid, encryptions: aes },
      newDevicePassword(),
    );
    expect(created).toBe(true);
    expect(object).toMatchObject({
      dn: `CN=host42iME,${unit}`,
      accountName: 'host42iME$',
      fqdn: 'host42.lab.test',
      uuid,
      keyVersion: 1,
    });
    expect([...object.servicePrincipals].sort()).toEqual(
      ['16992', '16993', '16994', '16995', '623', '664'].map((port) => `HTTP/host42.lab.test:${port}`),
    );
    const { searchEntries } = await client.search(object.dn, {
      scope: 'base',
      attributes: ['userAccountControl', 'msDS-SupportedEncryptionTypes'],
    });
    expect(searchEntries[0]).toMatchObject({ userAccountControl: '69632', 'msDS-SupportedEncryptionTypes': '24' });
  });

  test('tickets for its service decrypt with the keys that the device is given, before and after the password is changed', async () => {
    const password = newDevicePassword();
    const { dn } = (await directory.devices.find({ by: 'uuid', uuid })) ?? { dn: '' };
    const before = await directory.devices.rotate(dn, password);
    const spn = 'HTTP/host42.lab.test:16993';
    const { keyVersion, aes256 } = before.keys;
    expect(keyVersion).toBe(2);
    expect(await ticket(spn, keyVersion, 'aes256-cts-hmac-sha1-96', aes256)).toContain(
      `kvno = ${keyVersion}, keytab entry valid`,
    );
    const after = await directory.devices.rotate(dn, newDevicePassword());
    expect(after.keys.keyVersion).toBe(3);
    expect(await ticket(spn, 3, 'aes256-cts-hmac-sha1-96', after.keys.aes256)).toContain(
      'kvno = 3, keytab entry valid',
    );
    // The old key under the new number: what a device has when only the domain was changed.
    expect(await ticket(spn, 3, 'aes256-cts-hmac-sha1-96', aes256)).toContain('while decrypting ticket');
  });

  test('AES-128 alone', async () => {
    const { keys } = await directory.devices.put(
      { fqdn: 'host128.lab.test', uuid: null, encryptions: ['aes128-cts-hmac-sha1-96'] },
      newDevicePassword(),
    );
    expect(await ticket('HTTP/host128.lab.test:664', 1, 'aes128-cts-hmac-sha1-96', keys.aes128)).toContain(
      'keytab entry valid',
    );
  });

  test('RC4 for firmware before 8.0', async () => {
    const { keys } = await directory.devices.put(
      { fqdn: 'old7.lab.test', uuid: null, encryptions: ['rc4-hmac'] },
      newDevicePassword(),
    );
    expect(await ticket('HTTP/old7.lab.test:16992', keys.keyVersion, 'rc4-hmac', keys.rc4)).toContain(
      'keytab entry valid',
    );
  });

  test('put again brings the object up to date: what was begun before a crash is finished', async () => {
    const password = newDevicePassword();
    const again = await directory.devices.put({ fqdn: 'host42.lab.test', uuid, encryptions: aes }, password);
    expect(again).toMatchObject({ created: false, object: { accountName: 'host42iME$', keyVersion: 4 } });
    expect((await directory.devices.keys(again.object.dn, password)).keys).toEqual(again.keys);
  });

  test('a host name that is longer than a NetBIOS name', async () => {
    const { object } = await directory.devices.put(
      { fqdn: 'a-very-long-host-name-of-a-lab-pc.lab.test', uuid: null, encryptions: aes },
      newDevicePassword(),
    );
    expect(object.accountName).toMatch(/^a-very-l-[0-9a-f]{6}iME\$$/);
    expect(object.accountName.length).toBeLessThanOrEqual(20);
    expect(await directory.devices.find({ by: 'fqdn', fqdn: 'A-very-long-host-name-of-a-lab-pc.lab.test' })).toEqual(
      object,
    );
  });

  test('a weak password is refused by us: the domain controller takes one letter for a computer', async () => {
    const { dn } = (await directory.devices.find({ by: 'uuid', uuid })) ?? { dn: '' };
    const error = await errorOf(directory.devices.rotate(dn, 'a'));
    expect(error.code).toBe('directory_password_weak');
    expect(error.evidence).toEqual(['it must have 8 to 32 characters']);
    expect((await directory.devices.find({ by: 'uuid', uuid }))?.keyVersion).toBe(4);
  });

  test('a password that the domain controller does not take as one, and one without quotes', async () => {
    const { dn } = (await directory.devices.find({ by: 'uuid', uuid })) ?? { dn: '' };
    await expect(
      client.add(`CN=bare,${unit}`, [
        new Attribute({ type: 'objectClass', values: ['computer'] }),
        new Attribute({ type: 'sAMAccountName', values: ['bare$'] }),
        new Attribute({ type: 'unicodePwd', values: [Buffer.from('NoQuotes!1', 'utf16le')] }),
      ]),
    ).rejects.toMatchObject({ code: 53 });
    expect(dn).not.toBe('');
  });

  test('a service principal name that somebody else has is refused, and found forest-wide', async () => {
    const taken = 'HTTP/host77.lab.test:16993';
    await client.add(`CN=stale,CN=Computers,${baseDn}`, {
      objectClass: ['top', 'person', 'organizationalPerson', 'user', 'computer'],
      sAMAccountName: 'stale$',
      userAccountControl: '4096',
      servicePrincipalName: [taken],
    });
    const error = await errorOf(
      directory.devices.put({ fqdn: 'host77.lab.test', uuid: null, encryptions: aes }, newDevicePassword()),
    );
    expect(error.code).toBe('directory_duplicate_spn');
    expect(await directory.devices.find({ by: 'fqdn', fqdn: 'host77.lab.test' })).toBeNull();
    expect(await directory.devices.holders([taken, 'HTTP/nobody.lab.test:16993'])).toEqual([
      { servicePrincipal: taken, objects: [`CN=stale,CN=Computers,${baseDn}`] },
      { servicePrincipal: 'HTTP/nobody.lab.test:16993', objects: [] },
    ]);
  });

  test('an object of another PC with the same host name is left alone, and so is what lies outside the unit', async () => {
    const error = await errorOf(
      directory.devices.put({ fqdn: 'host42.other.test', uuid: null, encryptions: aes }, newDevicePassword()),
    );
    expect(error.code).toBe('directory_not_ours');
    expect(error.evidence).toContain('its DNS name is host42.lab.test');
    const outside = `CN=stale,CN=Computers,${baseDn}`;
    expect((await errorOf(directory.devices.remove(outside))).code).toBe('directory_not_ours');
    expect((await errorOf(directory.devices.rotate(outside, newDevicePassword()))).code).toBe('directory_not_ours');
    expect((await errorOf(directory.devices.remove(unit))).code).toBe('directory_not_ours');
  });

  test('names and UUIDs that cannot be used', async () => {
    const put = (fqdn: string, id: string | null = null) =>
      errorOf(directory.devices.put({ fqdn, uuid: id, encryptions: aes }, newDevicePassword()));
    for (const name of ['host42', 'a,CN=Users.lab.test', 'host 1.lab.test', '*.lab.test', ''])
      expect((await put(name)).code).toBe('directory_name_unfit');
    expect((await put('ok.lab.test', 'no uuid')).code).toBe('directory_name_unfit');
    expect(await directory.devices.find({ by: 'servicePrincipal', name: '*)(objectClass=*' })).toBeNull();
  });

  test('several objects with one UUID are told, not chosen from', async () => {
    for (const name of ['twin1.lab.test', 'twin2.lab.test'])
      await directory.devices.put(
        { fqdn: name, uuid: '11111111-2222-3333-4444-555555555555', encryptions: aes },
        newDevicePassword(),
      );
    const error = await errorOf(directory.devices.find({ by: 'uuid', uuid: '11111111-2222-3333-4444-555555555555' }));
    expect(error.code).toBe('directory_ambiguous');
    expect(error.evidence).toHaveLength(2);
  });

  test('removed, its service principal names are gone with it; removed again it is told', async () => {
    const { dn, servicePrincipals } = (await directory.devices.find({ by: 'uuid', uuid })) ?? {
      dn: '',
      servicePrincipals: [],
    };
    expect(await directory.devices.remove(dn)).toBe(true);
    expect(await directory.devices.remove(dn)).toBe(false);
    expect(await directory.devices.find({ by: 'uuid', uuid })).toBeNull();
    expect((await directory.devices.holders(servicePrincipals)).flatMap(({ objects }) => objects)).toEqual([]);
    expect(await samba.run('/usr/bin/kvno', [`HTTP/host42.lab.test:16993@${realm}`])).toMatch(
      /not found in Kerberos database|valid/,
    );
  });

  test('a unit with more than 1,000 computers comes in pages, whole, though a domain controller may give 1,000 at most', async () => {
    const big = `OU=Big,${baseDn}`;
    const pages: number[] = [];
    const names = new Set<string>();
    for await (const page of directory.devices.computers(big)) {
      pages.push(page.length);
      for (const computer of page) names.add(computer.name);
    }
    expect(pages).toEqual([500, 500, computersInBig - 1_000]);
    expect(names.size).toBe(computersInBig);
  });

  const listed = async (container: string) => {
    const computers: DirectoryComputer[] = [];
    for await (const page of directory.devices.computers(container)) computers.push(...page);
    return computers;
  };

  test('a unit whose last page is empty or whose only page is, and one that is not there', async () => {
    expect(await listed(`CN=pc0,OU=Big,${baseDn}`)).toEqual([
      {
        dn: `CN=pc0,OU=Big,${baseDn}`,
        unit: `OU=Big,${baseDn}`,
        name: 'pc0',
        fqdn: 'pc0.lab.test',
        uuid: null,
        enabled: false,
      },
    ]);
    expect(await listed(`CN=Builtin,${baseDn}`)).toEqual([]);
    await expect(listed(`OU=Nowhere,${baseDn}`)).rejects.toMatchObject({ code: 'directory_not_found' });
  });
});
