/** The key that a PC of the lab and a Samba domain controller share: set, rotated, and gone on with after a cut. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'ldapts';
import { stateOf } from '../../../lab/state.ts';
import { newDevicePassword } from '../../../src/ports/directory/password.ts';
import { type Directory, DirectoryError } from '../../../src/ports/directory.ts';
import type { Store } from '../../../src/ports/store/store.ts';
import {
  type DirectoryKeyDeps,
  giveKerberosKey,
  putDirectoryObject,
  rotateDirectoryPassword,
} from '../../../src/provisioning/secure/directory-key.ts';
import { realm, type Samba, sambaHint, sambaIsHere, startSamba } from '../../directory/samba.ts';
import { addUser, adminClient, directoryOf, errorOf, unit } from '../../directory/testing.ts';
import { openStore, temporaryDirectory } from '../../store/testing.ts';
import { deviceTicket } from './device-ticket.ts';
import { type LabPc, labPcs } from './testing.ts';

(sambaIsHere ? describe : describe.skip)(`the key of a device, on a Samba domain controller (${sambaHint})`, () => {
  let samba: Samba;
  let client: Client;
  let directory: Directory;
  let store: Store;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let deps: DirectoryKeyDeps;
  const openPc = labPcs();
  beforeAll(async () => {
    folder = await temporaryDirectory();
    [samba, store] = await Promise.all([startSamba('127.24.188.100'), openStore({ dataDirectory: folder.path })]);
    client = await adminClient(samba);
    await addUser(client, 'alice');
    directory = directoryOf(samba, 'administrator');
    await directory.unit.create();
    deps = { directory, secrets: store.deviceSecrets, newPassword: newDevicePassword, now: () => new Date() };
  }, 60_000);
  afterAll(async () => {
    await directory?.close();
    await client?.unbind();
    await store?.close();
    await samba?.remove();
    await folder?.remove();
  });

  const ticket = ({ fleet }: LabPc, fqdn: string) =>
    deviceTicket(samba, stateOf(fleet, fleet.device('host1')).kerberos, fqdn);

  let devices = 0;
  const newDevice = (amtVersion: string | null = '15.0.23') => {
    devices += 1;
    return { id: `dev_${devices}`, fqdn: `host${devices}.lab.test`, uuid: randomUUID(), amtVersion };
  };

  test.each([
    ['amt-6.2', '6.2.61'],
    ['amt-9.1', '9.1.42'],
    ['amt-15.0', '15.0.23'],
    ['amt-19.0', '19.0.5'],
  ])('%s: tickets decrypt with the key in the device, and after a rotation too', async (persona, version) => {
    const pc = await openPc(`127.24.188.${101 + devices}`, persona);
    const device = newDevice(version);
    const object = await putDirectoryObject(device, deps);
    expect(object).toMatchObject({
      dn: `CN=${device.fqdn.split('.')[0]}iME,${unit}`,
      domain: 'lab',
      realm,
      keyVersion: 1,
    });
    const of = { deviceId: device.id, fqdn: device.fqdn, dn: object.dn };
    expect(await pc.run((session) => giveKerberosKey(session, of, deps))).toBe(1);
    expect(await ticket(pc, device.fqdn)).toMatch(/kvno = 1, keytab entry valid/);
    const rotated = await rotateDirectoryPassword({ ...of, id: device.id }, deps);
    expect(rotated.keyVersion).toBe(2);
    expect(await ticket(pc, device.fqdn)).not.toMatch(/keytab entry valid/);
    expect(await pc.run((session) => giveKerberosKey(session, of, deps))).toBe(2);
    expect(await ticket(pc, device.fqdn)).toMatch(/kvno = 2, keytab entry valid/);
    expect(await pc.run(({ provisioning }) => provisioning.kerberos.read())).toMatchObject({
      enabled: true,
      realm,
      keyVersion: 2,
      clockToleranceMinutes: 5,
    });
    expect(await store.deviceSecrets.inForce(device.id, 'directory')).toMatchObject({
      user: `${device.fqdn.split('.')[0]}iME$`,
    });
  });

  test('the password is kept before the domain gets it: what was cut off there is gone on with', async () => {
    const device = newDevice();
    const cut = { ...directory.devices, put: () => Promise.reject(new Error('cut')) };
    await expect(putDirectoryObject(device, { ...deps, directory: { name: 'lab', devices: cut } })).rejects.toThrow(
      'cut',
    );
    const proposed = await store.deviceSecrets.proposed(device.id, 'directory');
    await putDirectoryObject(device, deps);
    expect((await store.deviceSecrets.inForce(device.id, 'directory'))?.password).toBe(proposed?.password);
  });

  test.each([true, false])('an answer that is lost is looked into by the key version (done: %p)', async (isDone) => {
    const device = newDevice();
    const { dn } = await putDirectoryObject(device, deps);
    const before = await store.deviceSecrets.inForce(device.id, 'directory');
    const lost = {
      ...directory.devices,
      rotate: async (at: string, password: string) => {
        if (isDone) await directory.devices.rotate(at, password);
        throw new DirectoryError('directory_dropped', [], { mayHaveActed: true });
      },
    };
    const rotate = (by = deps) => rotateDirectoryPassword({ id: device.id, fqdn: device.fqdn, dn }, by);
    const attempt = rotate({ ...deps, directory: { name: 'lab', devices: lost } });
    if (isDone) expect(await attempt).toMatchObject({ keyVersion: 2 });
    else {
      expect(await errorOf(attempt)).toMatchObject({ code: 'directory_dropped' });
      expect((await store.deviceSecrets.inForce(device.id, 'directory'))?.password).toBe(before?.password);
      const proposed = await store.deviceSecrets.proposed(device.id, 'directory');
      expect(await rotate()).toMatchObject({ keyVersion: 2 });
      expect((await store.deviceSecrets.inForce(device.id, 'directory'))?.password).toBe(proposed?.password);
    }
    expect(await store.deviceSecrets.proposed(device.id, 'directory')).toBeNull();
  });

  test('a name that another object has is refused before anything is made', async () => {
    const device = newDevice();
    const taken = `HTTP/${device.fqdn}:16993`;
    const name = createHash('sha256').update(taken).digest('hex').slice(0, 10);
    await client.add(`CN=${name},CN=Users,DC=lab,DC=test`, {
      objectClass: 'user',
      sAMAccountName: name,
      servicePrincipalName: taken,
    });
    const error = await errorOf(putDirectoryObject(device, deps));
    expect(error).toMatchObject({ code: 'directory_duplicate_spn' });
    expect(error.evidence.join()).toContain(name);
    expect(await directory.devices.find({ by: 'fqdn', fqdn: device.fqdn })).toBeNull();
    expect(await store.deviceSecrets.proposed(device.id, 'directory')).toBeNull();
  });

  test('an object that is there already has a new password, and its names once', async () => {
    const device = newDevice();
    await putDirectoryObject(device, deps);
    expect(await putDirectoryObject(device, deps)).toMatchObject({ keyVersion: 2 });
  });
});
