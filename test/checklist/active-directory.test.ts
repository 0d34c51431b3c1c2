import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Change, type Client, Control } from 'ldapts';
import { verifyComputers } from '../../src/checklist/steps/computers/verify.ts';
import { activeDirectory } from '../../src/checklist/steps/foundation/active-directory.ts';
import { lookAtDomains } from '../../src/composition/checklist.ts';
import { missingObjects } from '../../src/directory/missing-objects.ts';
import { newDevicePassword } from '../../src/ports/directory/password.ts';
import type { Directory } from '../../src/ports/directory.ts';
import { type Samba, sambaHint, sambaIsHere, startSamba } from '../directory/samba.ts';
import { addUser, adminClient, directoryOf, unit } from '../directory/testing.ts';
import { findingOf, goodContext, openSteps } from './good-site.ts';

(sambaIsHere ? describe : describe.skip)(`step 3 on a Samba domain controller (${sambaHint})`, () => {
  let samba: Samba;
  let client: Client;
  let own: Directory;
  let admin: Directory;

  beforeAll(async () => {
    samba = await startSamba('127.24.181.4', { empty: true });
    client = await adminClient(samba);
    await addUser(client, 'svc-oob');
    own = directoryOf(samba, 'svc-oob');
    admin = directoryOf(samba, 'administrator');
    await prepare();
  }, 60_000);
  afterAll(async () => {
    await own?.close();
    await admin?.close();
    await client?.unbind();
    await samba?.remove();
  });

  const prepare = async () => {
    await admin.unit.create();
    const trustee = await admin.people.trustee('svc-oob');
    await admin.unit.delegate(trustee?.sid ?? '');
  };
  const context = () => goodContext({ directory: () => lookAtDomains([own]) });
  const failing = async () =>
    (await findingOf(activeDirectory, context())).evidence
      .filter(({ status }) => status === 'fail')
      .map(({ check, mend }) => [check, mend]);

  test('prepared and delegated: proved, by a trial too', async () => {
    expect(await openSteps(context())).toEqual({});
    const { evidence } = await findingOf(activeDirectory, context());
    expect(evidence.map(({ check }) => check)).toContain('lab: trial');
  });

  test('the entry with Full Control is removed: step 3 alone, with the command that grants it', async () => {
    // As it was when the unit was made: what is inherited, and nothing of ours.
    await client.del(unit);
    await admin.unit.create();
    expect(await openSteps(context())).toEqual({ 3: 'fail' });
    expect(await failing()).toContainEqual(['lab: full control', expect.stringContaining('oob directory delegate')]);
    await prepare();
    expect(await openSteps(context())).toEqual({});
  });

  test('the unit is deleted: step 3 alone, with the command that makes it', async () => {
    await client.del(unit);
    expect(await openSteps(context())).toEqual({ 3: 'fail' });
    expect(await failing()).toEqual([['lab: unit', expect.stringContaining('oob directory prepare')]]);
    await prepare();
    expect(await openSteps(context())).toEqual({});
  });

  test('the unit is deleted with an object in it: step 3 alone; made anew: step 16, which names the PCs that lost theirs', async () => {
    const fqdn = 'host1.lab.test';
    const giveObject = () =>
      own.devices.put({ fqdn, uuid: null, encryptions: ['aes256-cts-hmac-sha1-96'] }, newDevicePassword());
    const withObjects = () => ({
      ...context(),
      deviceObjects: async () => {
        const missing = await missingObjects([{ pc: 'host1', fqdn, domain: own.name }], [own]);
        return missing && { known: 1, missing };
      },
    });
    await giveObject();
    expect(await openSteps(withObjects())).toEqual({});
    await client.del(unit, new Control('1.2.840.113556.1.4.805'));
    expect(await openSteps(withObjects())).toEqual({ 3: 'fail' });
    await prepare();
    expect(await openSteps(withObjects())).toEqual({ 16: 'fail' });
    const { evidence } = await findingOf(verifyComputers, withObjects());
    expect(evidence.find(({ status }) => status === 'fail')).toMatchObject({
      check: 'objects in Active Directory',
      values: [expect.stringMatching(/^not there for 1 of 1 PC: host1/)],
      mend: expect.stringContaining('/oob rotate'),
      command: 'rotate host1',
    });
    await giveObject();
    expect(await openSteps(withObjects())).toEqual({});
  });

  test('its account is disabled: step 3 alone, and it says so', async () => {
    const dn = 'CN=svc-oob,CN=Users,DC=lab,DC=test';
    const control = (value: string) =>
      client.modify(dn, [
        new Change({
          operation: 'replace',
          modification: new Attribute({ type: 'userAccountControl', values: [value] }),
        }),
      ]);
    await control('514');
    await own.close();
    own = directoryOf(samba, 'svc-oob');
    expect(await openSteps(context())).toEqual({ 3: 'fail' });
    expect((await failing())[0]?.[0]).toBe('lab: reached');
    await control('512');
    await own.close();
    own = directoryOf(samba, 'svc-oob');
    expect(await openSteps(context())).toEqual({});
  });
});
