import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { asking } from '../asking.ts';
import { identify, logOn, powerRequest, soap, textOf, textsOf } from '../wire.ts';

let fleet: Fleet;
let nowMs = Date.UTC(2026, 10, 23, 9);
const port = 16992;
const service = 'AMT_AuthorizationService';

beforeAll(async () => {
  fleet = await createFleet({
    firstAddress: '127.21.6.71',
    devices: 3,
    ports: { plain: port, tls: undefined },
    timing: { onMs: [20, 20], offMs: 10, gracefulMs: 10 },
    now: () => nowMs,
  });
  await fleet.start();
});

afterAll(() => fleet.stop());

const ask = (account?: { username: string; password: string }) => asking(fleet, account);

const passwordHash = (name: string, password: string, host: string) =>
  createHash('md5')
    .update(`${name}:${fleet.device(host).realm}:${password}`)
    .digest('base64');

const realmElements = (realms: readonly number[]) => realms.map((realm) => `<r:Realms>${realm}</r:Realms>`).join('');

const add = (name: string, realms: readonly number[], host = 'host1', access = 2) =>
  ask().call(
    service,
    'AddUserAclEntryEx',
    `<r:DigestUsername>${name}</r:DigestUsername><r:DigestPassword>${passwordHash(name, 'P@ssw0rd', host)}</r:DigestPassword>` +
      `<r:AccessPermission>${access}</r:AccessPermission>${realmElements(realms)}`,
    host,
  );

describe('a digest account', () => {
  test('is added, read back without its password, and logs in', async () => {
    const added = await add('power', [5, 13]);
    const handle = textOf(added.body, 'Handle');
    expect(added.returnValue).toBe(0);
    const { body } = await ask().call(service, 'EnumerateUserAclEntries', '<r:StartIndex>1</r:StartIndex>');
    expect(textsOf(body, 'Handles')).toEqual(['1', handle]);
    expect(textOf(body, 'TotalCount')).toBe('2');
    const entry = await ask().call(service, 'GetUserAclEntryEx', `<r:Handle>${handle}</r:Handle>`);
    expect(textOf(entry.body, 'DigestUsername')).toBe('power');
    expect(textsOf(entry.body, 'Realms')).toEqual(['5', '13']);
    expect(entry.body).not.toContain('DigestPassword');
    const session = await logOn('127.21.6.71', { port, username: 'power', password: 'P@ssw0rd' });
    expect(textOf((await session.send(powerRequest(2))).body, 'ReturnValue')).toBe('0');
    session.close();
    expect(fleet.device('host1').power.requests).toHaveLength(1);
  });

  test('may do what its realms say and nothing else', async () => {
    const mine = ask({ username: 'power', password: 'P@ssw0rd' });
    expect((await mine.send({ className: 'AMT_GeneralSettings', operation: 'Get' })).status).toBe(200);
    for (const denied of [
      await mine.put('AMT_GeneralSettings', '<h:HostName>mine</h:HostName>'),
      await mine.send({ className: 'CIM_Chassis', operation: 'Get' }),
      await mine.call(service, 'EnumerateUserAclEntries', '<r:StartIndex>1</r:StartIndex>'),
      await mine.call('AMT_AuditLog', 'ClearLog'),
      await mine.call('AMT_SetupAndConfigurationService', 'Unprovision'),
    ]) {
      expect(denied.status).toBe(400);
      expect(denied.body).toContain('e:AccessDenied');
    }
    expect((await mine.call('AMT_AuditLog', 'ReadRecords', '<r:StartIndex>1</r:StartIndex>')).returnValue).toBe(0);
  });

  test('is in the audit log with its name, what it did too', async () => {
    const { body } = await ask().call('AMT_AuditLog', 'ReadRecords', '<r:StartIndex>4</r:StartIndex>');
    const records = textsOf(body, 'EventRecords').map((text) => Buffer.from(text, 'base64'));
    expect(records[0]?.readUInt16BE(2)).toBe(2);
    expect(records[0]?.toString('hex').endsWith(`070005${Buffer.from('power').toString('hex')}`)).toBe(true);
    expect(records[1]?.subarray(0, 11)).toEqual(Buffer.from('\x00\x11\x00\x00\x00\x05power', 'latin1'));
  });

  test('is disabled, enabled, changed and removed', async () => {
    const handle = textOf((await add('temp', [13], 'host2')).body, 'Handle');
    const logsIn = async (password: string) => {
      const session = await logOn('127.21.6.72', { port, username: 'temp', password });
      const { status } = await session.send(identify);
      session.close();
      return status;
    };
    const call = (method: string, content: string) => ask().call(service, method, content, 'host2');
    const enabled = (value: string) => `<r:Handle>${handle}</r:Handle><r:Enabled>${value}</r:Enabled>`;
    expect(await logsIn('P@ssw0rd')).toBe(200);
    await call('SetAclEnabledState', enabled('false'));
    expect(textOf((await call('GetAclEnabledState', `<r:Handle>${handle}</r:Handle>`)).body, 'Enabled')).toBe('false');
    expect(await logsIn('P@ssw0rd')).toBe(401);
    await call('SetAclEnabledState', enabled('true'));
    const update =
      `<r:Handle>${handle}</r:Handle><r:DigestUsername>temp</r:DigestUsername><r:DigestPassword>` +
      `${passwordHash('temp', 'Other-1!', 'host2')}</r:DigestPassword><r:AccessPermission>1</r:AccessPermission>${realmElements([4])}`;
    expect((await call('UpdateUserAclEntryEx', update)).returnValue).toBe(0);
    expect(await logsIn('P@ssw0rd')).toBe(401);
    expect(await logsIn('Other-1!')).toBe(200);
    expect((await call('RemoveUserAclEntry', `<r:Handle>${handle}</r:Handle>`)).returnValue).toBe(0);
    expect(await logsIn('Other-1!')).toBe(401);
    expect((await call('GetUserAclEntryEx', `<r:Handle>${handle}</r:Handle>`)).returnValue).toBe(2053);
  });

  test.each([
    ['a name that is too long', 'abcdefghijklmnopq', [5], 12],
    ['a name of the system', '$$mine', [5], 12],
    ['a name with a comma', 'a,b', [5], 12],
    ['a name that is taken', 'power', [5], 2058],
    ["the administrator's name", 'admin', [5], 2058],
    ['a realm that is invalid', 'other', [0], 2055],
    ['a realm that is reserved', 'other', [22], 2055],
  ] as const)('%s is refused', async (_name, name, realms, returnValue) => {
    expect((await add(name, realms)).returnValue).toBe(returnValue);
  });

  test('a password that is no hash is refused', async () => {
    const content = (hash: string) =>
      `<r:DigestUsername>x</r:DigestUsername><r:DigestPassword>${hash}</r:DigestPassword><r:AccessPermission>2</r:AccessPermission>${realmElements([5])}`;
    expect((await ask().call(service, 'AddUserAclEntryEx', content('c2hvcnQ='))).returnValue).toBe(2054);
    expect((await ask().call(service, 'AddUserAclEntryEx', content('not base64!'))).status).toBe(400);
  });

  test('one with local access only does not come in over the network', async () => {
    await add('local', [3], 'host1', 0);
    const session = await logOn('127.21.6.71', { port, username: 'local', password: 'P@ssw0rd' });
    expect((await session.send(identify)).status).toBe(401);
    session.close();
  });
});

test('a Kerberos account is kept by its identifier, in twos not', async () => {
  const sid = Buffer.from('01050000000000051500000011111111222222223333333344040000', 'hex').toString('base64');
  const content = `<r:KerberosUserSid>${sid}</r:KerberosUserSid><r:AccessPermission>2</r:AccessPermission>${realmElements([3])}`;
  const added = await ask().call(service, 'AddUserAclEntryEx', content, 'host3');
  expect(added.returnValue).toBe(0);
  const handle = `<r:Handle>${textOf(added.body, 'Handle')}</r:Handle>`;
  expect(textOf((await ask().call(service, 'GetUserAclEntryEx', handle, 'host3')).body, 'KerberosUserSid')).toBe(sid);
  expect((await ask().call(service, 'AddUserAclEntryEx', content, 'host3')).returnValue).toBe(2058);
  const odd = content.replace(sid, Buffer.alloc(30).toString('base64'));
  expect((await ask().call(service, 'AddUserAclEntryEx', odd, 'host3')).returnValue).toBe(36);
});

test('the system account stays', async () => {
  expect((await ask().call(service, 'RemoveUserAclEntry', '<r:Handle>1</r:Handle>')).returnValue).toBe(16);
});

describe('the auditor', () => {
  test('takes the audit rights of the administrator, who still reads', async () => {
    expect((await add('auditor', [20], 'host3')).returnValue).toBe(0);
    expect((await add('second', [20], 'host3')).returnValue).toBe(23);
    const clear = (who: ReturnType<typeof asking>) => who.call('AMT_AuditLog', 'ClearLog', '', 'host3');
    expect((await clear(ask())).body).toContain('e:AccessDenied');
    expect(
      (await ask().call('AMT_AuditLog', 'ReadRecords', '<r:StartIndex>1</r:StartIndex>', 'host3')).returnValue,
    ).toBe(0);
    const auditor = ask({ username: 'auditor', password: 'P@ssw0rd' });
    expect((await clear(auditor)).returnValue).toBe(0);
    expect(
      (await auditor.call('AMT_AuditLog', 'ReadRecords', '<r:StartIndex>1</r:StartIndex>', 'host3')).returnValue,
    ).toBe(0);
  });

  test('is not removed by the administrator', async () => {
    const { body } = await ask().call(service, 'EnumerateUserAclEntries', '<r:StartIndex>1</r:StartIndex>', 'host3');
    const handle = textsOf(body, 'Handles').at(-1);
    expect(
      (await ask().call(service, 'RemoveUserAclEntry', `<r:Handle>${handle}</r:Handle>`, 'host3')).returnValue,
    ).toBe(16);
  });
});

describe('the administrator', () => {
  test('changes the password and logs in with the new one only', async () => {
    const hash = passwordHash('admin', 'New-Passw0rd!', 'host2');
    const content = `<r:Username>admin</r:Username><r:DigestPassword>${hash}</r:DigestPassword>`;
    expect((await ask().call(service, 'SetAdminAclEntryEx', content, 'host2')).returnValue).toBe(0);
    expect((await ask().send({ className: 'AMT_GeneralSettings', operation: 'Get' }, 'host2')).status).toBe(401);
    const now = ask({ username: 'admin', password: 'New-Passw0rd!' });
    expect(textOf((await now.call(service, 'GetAdminAclEntry', '', 'host2')).body, 'Username')).toBe('admin');
  });

  test('acl-locked keeps everybody out for its time', async () => {
    await fleet.setFaults('host1', 'acl-locked:20');
    expect((await ask().send({ className: 'AMT_GeneralSettings', operation: 'Get' })).status).toBe(401);
    nowMs += 21_000;
    expect((await ask().send({ className: 'AMT_GeneralSettings', operation: 'Get' })).status).toBe(200);
    await fleet.setFaults('host1', '');
  });

  test('wrong passwords of one account do not lock another', async () => {
    for (let n = 0; n < 9; n += 1) {
      const session = await logOn('127.21.6.71', { port, username: 'power', password: 'wrong' });
      await session.send(identify);
      session.close();
    }
    const session = await logOn('127.21.6.71', { port, username: 'power', password: 'P@ssw0rd' });
    expect((await session.send(identify)).status).toBe(401);
    session.close();
    expect((await ask().send({ className: 'AMT_GeneralSettings', operation: 'Get' })).status).toBe(200);
  });
});

test('flash-limit: methods answer 38, a put the internal fault, reading goes on', async () => {
  await fleet.setFaults('host1', 'flash-limit:1');
  expect((await add('first', [5])).returnValue).toBe(0);
  expect((await add('second', [5])).returnValue).toBe(38);
  const put = await ask().put('AMT_GeneralSettings', '<h:PingResponseEnabled>false</h:PingResponseEnabled>');
  expect(put).toMatchObject({ status: 500, body: expect.stringContaining('AMT-STATUS 38') });
  expect(await ask().get('AMT_GeneralSettings', 'PingResponseEnabled')).toBe('true');
  await fleet.setFaults('host1', '');
});

test('contexts-held: Enumerate is refused, Get works', async () => {
  await fleet.setFaults('host1', 'contexts-held');
  const enumerate = {
    className: 'CIM_Chassis',
    operation: 'Enumerate',
    body: '<Enumerate xmlns="http://schemas.xmlsoap.org/ws/2004/09/enumeration"/>',
  };
  expect((await ask().send(enumerate)).body).toContain('e:QuotaLimit');
  expect((await ask().send({ className: 'CIM_Chassis', operation: 'Get' })).status).toBe(200);
  await fleet.setFaults('host1', '');
  expect((await ask().send(enumerate)).status).toBe(200);
});

describe('arguments', () => {
  test.each([
    ['one is missing', '<r:Handle>1</r:Handle>'],
    ['they are in the wrong order', '<r:Enabled>true</r:Enabled><r:Handle>1</r:Handle>'],
    ['one is unknown', '<r:Handle>1</r:Handle><r:Enabled>true</r:Enabled><r:Colour>red</r:Colour>'],
    ['one is out of range', '<r:Handle>4294967296</r:Handle><r:Enabled>true</r:Enabled>'],
    ['one has an element in it', '<r:Handle><r:x/></r:Handle><r:Enabled>true</r:Enabled>'],
  ])('400 when %s', async (_name, content) => {
    const { status, body } = await ask().call(service, 'SetAclEnabledState', content);
    expect(status).toBe(400);
    expect(body).toContain('e:SchemaValidationError');
  });

  test('text keeps its blanks and its special characters', async () => {
    const session = await logOn('127.21.6.71', { port });
    const put =
      '<h:AMT_GeneralSettings xmlns:h="http://intel.com/wbem/wscim/1/amt-schema/1/AMT_GeneralSettings">' +
      '<h:HostOSFQDN> a&amp;b&lt;c&gt; "é" &#13;\n </h:HostOSFQDN></h:AMT_GeneralSettings>';
    const reply = await session.send(soap({ className: 'AMT_GeneralSettings', operation: 'Put', body: put }));
    session.close();
    expect(textOf(reply.body, 'HostOSFQDN')).toBe(' a&amp;b&lt;c&gt; &quot;é&quot; &#13;\n ');
  });
});
