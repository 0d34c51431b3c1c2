import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'ldapts';
import { runUnitImport } from '../../src/cli/inventory/import-unit.ts';
import type { KerberosEncryption } from '../../src/ports/amt/kerberos.ts';
import { newDevicePassword } from '../../src/ports/directory/password.ts';
import type { Directory } from '../../src/ports/directory.ts';
import type { DeviceInput } from '../../src/ports/store/inventory-store.ts';
import { device } from '../support/fixtures.ts';
import { baseDn, computersInBig, type Samba, sambaHint, sambaIsHere, startSamba } from './samba.ts';
import { adminClient, directoryOf } from './testing.ts';

const places = `OU=Places,${baseDn}`;

(sambaIsHere ? describe : describe.skip)(`inventory from a unit, on a Samba domain controller (${sambaHint})`, () => {
  let samba: Samba;
  let client: Client;
  let directory: Directory;

  beforeAll(async () => {
    samba = await startSamba('127.0.40.5');
    client = await adminClient(samba);
    directory = directoryOf(samba, 'administrator', { unit: `OU=AMT,${places}` });
    for (const dn of [places, `OU=Madrid,${places}`, `OU=AMT,${places}`, `OU=Empty,${places}`])
      await client.add(dn, { objectClass: ['top', 'organizationalUnit'] });
    const computer = (name: string, unit: string, more: Record<string, string> = {}) =>
      client.add(`CN=${name},${unit}`, {
        objectClass: ['top', 'person', 'organizationalPerson', 'user', 'computer'],
        sAMAccountName: `${name}$`,
        userAccountControl: '4096',
        ...more,
      });
    await computer('MAD-1', `OU=Madrid,${places}`, { dNSHostName: 'mad-1.lab.test' });
    await computer('Known', `OU=Madrid,${places}`, { dNSHostName: 'known.lab.test' });
    await computer('nameless', `OU=Madrid,${places}`);
    await computer('off', places, { dNSHostName: 'off.lab.test', userAccountControl: '4098' });
    const encryptions: readonly KerberosEncryption[] = ['aes256-cts-hmac-sha1-96'];
    await directory.devices.put({ fqdn: 'mad-1.lab.test', uuid: null, encryptions }, newDevicePassword());
  }, 60_000);
  afterAll(async () => {
    await directory?.close();
    await client?.unbind();
    await samba?.remove();
  });

  async function importFrom(unit: string, over: { readonly directory?: Directory | null } = {}) {
    const known = { ...device, name: 'known', site: 'lyon', groups: ['vip'], host: '10.0.0.7' };
    const taken: DeviceInput[] = [];
    const said: string[] = [];
    const code = await runUnitImport({
      unit,
      directory,
      inventory: {
        select: async () => [{ ...known, reach: 'x' }],
        devices: async () => [known],
      },
      fresh: { site: 'madrid', credential: 'default' },
      importDevices: async (devices) => {
        taken.push(...devices);
        return { added: devices.length, changed: 0, unchanged: 0 };
      },
      out: (line) => void said.push(line),
      err: (line) => void said.push(line),
      ...over,
    });
    return { code, taken, said: said.join('\n') };
  }

  test('new PCs are added, known ones keep what they have, and what cannot be managed is named with its reason', async () => {
    const { code, taken, said } = await importFrom(places);
    expect(code).toBe(1);
    const unit = `OU=Madrid,${places}`;
    expect(taken.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      expect.objectContaining({ name: 'known', host: '10.0.0.7', site: 'lyon', groups: ['vip'], ou: unit }),
      expect.objectContaining({ name: 'MAD-1', host: 'mad-1.lab.test', site: 'madrid', tls: 'ca', ou: unit }),
    ]);
    expect(said).toContain('CN=nameless,OU=Madrid,OU=Places,DC=lab,DC=test: left out, it has no DNS name');
    expect(said).toContain('CN=off,OU=Places,DC=lab,DC=test: left out, it is disabled');
    expect(said).toContain(
      'CN=mad-1iME,OU=AMT,OU=Places,DC=lab,DC=test: left out, it is a device object of this service',
    );
    expect(said).toContain('2 devices: 2 added, 0 changed, 0 unchanged, 3 left out.');
  });

  test('more than a page', async () => {
    const { taken, said } = await importFrom(`OU=Big,${baseDn}`);
    expect(taken).toHaveLength(computersInBig - 1);
    expect(said).toContain('1 left out');
  });

  test('an empty unit, one that is not there, one of no domain, and one that cannot be read: nothing is imported', async () => {
    expect(await importFrom(`OU=Empty,${places}`)).toMatchObject({ code: 2, taken: [] });
    const none = await importFrom(`OU=None,${places}`);
    expect(none).toMatchObject({ code: 2, taken: [], said: expect.stringContaining('There is no such object.') });
    expect(await importFrom('OU=x,DC=y', { directory: null })).toMatchObject({ code: 2, taken: [] });
    const stranger = directoryOf(samba, 'nobody');
    expect(await importFrom(places, { directory: stranger })).toMatchObject({
      code: 2,
      taken: [],
      said: expect.stringContaining('Nothing was imported.'),
    });
    await stranger.close();
  });
});
