import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client, SearchOptions } from 'ldapts';
import { readDescriptor, writeDescriptor } from '../../adapters/directory/access/security-descriptor.ts';
import { DescriptorPartsControl } from '../../adapters/directory/protocol/controls.ts';
import { binary } from '../../adapters/directory/protocol/entries.ts';
import type { Directory } from '../../src/ports/directory.ts';
import { baseDn, type Samba, sambaHint, sambaIsHere, startSamba } from './samba.ts';
import { addGroup, addUser, adminClient, directoryOf, errorOf, unit } from './testing.ts';

(sambaIsHere ? describe : describe.skip)(`the unit for devices, on a Samba domain controller (${sambaHint})`, () => {
  let samba: Samba;
  let client: Client;
  const open: Directory[] = [];
  const as = (account: string) => {
    const directory = directoryOf(samba, account);
    open.push(directory);
    return directory;
  };

  beforeAll(async () => {
    samba = await startSamba('127.0.40.1');
    client = await adminClient(samba);
    const alice = await addUser(client, 'alice');
    await addUser(client, 'svc-oob');
    await addUser(client, 'svc-none');
    const inner = await addGroup(client, 'Inner', alice);
    await addGroup(client, 'AMT-Admins', inner);
  }, 60_000);
  afterAll(async () => {
    for (const directory of open) await directory.close();
    await client?.unbind();
    await samba?.remove();
  });

  test('who we are and where', async () => {
    const facts = await as('alice').facts();
    expect(facts).toMatchObject({ baseDn, realm: 'LAB.TEST', server: 'dc1.lab.test' });
    expect(Math.abs(facts.serverTime.getTime() - Date.now())).toBeLessThan(60_000);
    const group = await as('alice').people.trustee('LAB\\AMT-Admins');
    expect(facts.sids).toContain(group?.sid);
  });

  test('it is missing, then made once', async () => {
    const admin = as('administrator');
    expect(await admin.unit.exists()).toBe(false);
    expect((await errorOf(admin.unit.granted())).code).toBe('directory_not_found');
    expect((await errorOf(as('svc-none').unit.create())).code).toBe('directory_no_rights');
    expect(await admin.unit.create()).toBe(true);
    expect(await admin.unit.create()).toBe(false);
    expect(await admin.unit.exists()).toBe(true);
  });

  test('the descriptors that a domain controller sends are read and written again without loss', async () => {
    const parts = new DescriptorPartsControl(7);
    const attributes = ['nTSecurityDescriptor'];
    const options: SearchOptions = { scope: 'one', attributes, explicitBufferAttributes: attributes };
    const { searchEntries } = await client.search(baseDn, options, parts);
    const descriptors = searchEntries.map((entry) => binary(entry, 'nTSecurityDescriptor'));
    expect(descriptors.length).toBeGreaterThan(5);
    for (const bytes of descriptors) {
      // Servers differ in the order of the four parts, which means nothing.
      const again = writeDescriptor(readDescriptor(bytes));
      expect(again.length).toBe(bytes.length);
      expect(readDescriptor(again)).toEqual(readDescriptor(bytes));
    }
  });

  test('an account without rights: descriptor, effective rights and trial agree', async () => {
    const { unit: ou } = as('svc-oob');
    expect(await ou.granted()).toMatchObject({ onUnit: false, onChildren: false });
    expect(await ou.effective()).toEqual({ createComputers: false, descriptorRights: 0 });
    const probe = await ou.probe();
    expect(probe).toMatchObject({ failedStep: 'create', leftBehind: null });
    expect(probe.evidence[0]).toBe('directory_no_rights');
    const sid = (await as('svc-oob').people.trustee('svc-oob'))?.sid ?? '';
    expect((await errorOf(ou.delegate(sid))).code).toBe('directory_no_rights');
  });

  test('delegated once, it has Full Control on the unit and all child objects', async () => {
    const admin = as('administrator');
    const sid = (await admin.people.trustee('svc-oob@lab.test'))?.sid ?? '';
    expect(await admin.unit.delegate(sid)).toBe(true);
    expect(await admin.unit.delegate(sid)).toBe(false);
    const { unit: ou } = as('svc-oob');
    expect(await ou.granted()).toEqual({ onUnit: true, onChildren: true, grantedBy: [sid], deniedBy: [] });
    expect(await ou.effective()).toEqual({ createComputers: true, descriptorRights: 7 });
    expect(await ou.probe()).toEqual({ failedStep: null, evidence: [], leftBehind: null });
    const left = await client.search(unit, { scope: 'one', attributes: ['1.1'] });
    expect(left.searchEntries).toEqual([]);
    const shown = await samba.run('/usr/bin/samba-tool', [
      'dsacl',
      'get',
      `--objectdn=${unit}`,
      '-H',
      `${samba.folder}/private/sam.ldb`,
      '-s',
      `${samba.folder}/smb.conf`,
    ]);
    expect(shown).toContain(`(A;CI;RPWPCRCCDCLCLORCWOWDSDDTSW;;;${sid})`);
  });

  test('delegated to a group, it counts for the members of a group in it, on the connection that is open', async () => {
    const alice = as('alice');
    expect((await alice.unit.effective()).createComputers).toBe(false);
    const admin = as('administrator');
    const group = (await admin.people.trustee('AMT-Admins'))?.sid ?? '';
    expect(await admin.unit.delegate(group)).toBe(true);
    expect(await alice.unit.granted()).toMatchObject({ onUnit: true, onChildren: true, grantedBy: [group] });
    expect(await alice.unit.probe()).toMatchObject({ failedStep: null });
    expect(await as('svc-none').unit.granted()).toMatchObject({ onUnit: false });
  });
});
