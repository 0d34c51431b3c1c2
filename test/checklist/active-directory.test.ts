import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Change, type Client } from 'ldapts';
import { activeDirectory } from '../../src/checklist/steps/foundation/active-directory.ts';
import { lookAtDomains } from '../../src/composition/checklist.ts';
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
