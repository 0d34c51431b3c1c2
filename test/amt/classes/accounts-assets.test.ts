import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sidBytes, sidText } from '../../../adapters/amt/classes/sid.ts';
import { systemUuid } from '../../../adapters/amt/classes/system-uuid.ts';
import type { AmtAccountInput } from '../../../src/ports/amt/accounts.ts';
import { errorOf } from '../conversation.ts';
import { datetime, fieldsOf, instance, instances, output, type Reply, type Stub, startStub } from './stub.ts';

const open: Stub[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function stub(replies: Record<string, Reply>): Promise<Stub> {
  const made = await startStub(replies, { host: '127.22.9.3' });
  open.push(made);
  return made;
}

const sid = 'S-1-5-21-1004336348-1177238915-682003330-512';
const realm = 'Digest:727734D63A1FC0423736E48DA554E462';
const general = instance('AMT_GeneralSettings', { DigestRealm: realm, HostName: 'host42' });
const on = (method: string) => `${method} AMT_AuthorizationService`;

describe('accounts', () => {
  const entries: Record<string, string> = {
    1: output('GetUserAclEntryEx', { DigestUsername: '$$uns', AccessPermission: 0, Realms: 16 }),
    2: output('GetUserAclEntryEx', { DigestUsername: 'operator', AccessPermission: 1, Realms: [5, 13, 22] }),
    3: output('GetUserAclEntryEx', {
      KerberosUserSid: (sidBytes(sid) ?? Buffer.alloc(0)).toString('base64'),
      AccessPermission: 2,
      Realms: 20,
    }),
  };
  const replies: Record<string, Reply> = {
    [on('EnumerateUserAclEntries')]: output('EnumerateUserAclEntries', {
      TotalCount: 3,
      HandlesCount: 3,
      Handles: [1, 2, 3],
    }),
    [on('GetUserAclEntryEx')]: (body) =>
      entries[String(fieldsOf(body).Handle)] ?? output('GetUserAclEntryEx', {}, 2_053),
    [on('GetAclEnabledState')]: (body) => output('GetAclEnabledState', { Enabled: fieldsOf(body).Handle !== '3' }),
    'Get AMT_GeneralSettings': general,
  };

  test('are listed with realms by name; the system’s own are not shown', async () => {
    const { run } = await stub(replies);
    expect(await run((session) => session.accounts.list())).toEqual([
      {
        handle: 2,
        who: { kind: 'digest', user: 'operator' },
        access: 'network',
        realms: ['remote-control', 'general-information', 'realm 22'],
        enabled: true,
      },
      { handle: 3, who: { kind: 'kerberos', sid }, access: 'any', realms: ['audit-log'], enabled: false },
    ]);
  });

  test('more than a page of handles', async () => {
    const all = Array.from({ length: 120 }, (_, n) => n + 10);
    const device = await stub({
      ...replies,
      [on('EnumerateUserAclEntries')]: (body) => {
        const start = Number(fieldsOf(body).StartIndex);
        const Handles = all.slice(start - 1, start + 49);
        return output('EnumerateUserAclEntries', { TotalCount: all.length, HandlesCount: Handles.length, Handles });
      },
      [on('GetUserAclEntryEx')]: output('GetUserAclEntryEx', { DigestUsername: 'x', AccessPermission: 2, Realms: 5 }),
    });
    expect(await device.run((session) => session.accounts.list())).toHaveLength(120);
    expect(device.bodies(on('EnumerateUserAclEntries')).map((body) => fieldsOf(body).StartIndex)).toEqual([
      '1',
      '51',
      '101',
    ]);
  });

  test.each([
    ['no entries at all', output('EnumerateUserAclEntries', { TotalCount: 0, HandlesCount: 0 })],
    ['no entry at the first index', output('EnumerateUserAclEntries', {}, 35)],
    ['a count without handles', output('EnumerateUserAclEntries', { TotalCount: 7, HandlesCount: 0 })],
  ])('%s', async (_name, reply) => {
    const { run } = await stub({ ...replies, [on('EnumerateUserAclEntries')]: reply });
    expect(await run((session) => session.accounts.list())).toEqual([]);
  });

  const operator: AmtAccountInput = {
    who: { kind: 'digest', user: 'operator', password: 'P@ssw0rd' },
    access: 'any',
    realms: ['remote-control', 'general-information'],
  };

  test('a digest user is added with MD5(user:realm:password) in base64, never with the password', async () => {
    const device = await stub({ ...replies, [on('AddUserAclEntryEx')]: output('AddUserAclEntryEx', { Handle: 9 }) });
    await device.run((session) => session.accounts.add(operator));
    expect(device.bodies(on('AddUserAclEntryEx')).map(fieldsOf)).toEqual([
      {
        DigestUsername: 'operator',
        DigestPassword: createHash('md5').update(`operator:${realm}:P@ssw0rd`).digest('base64'),
        AccessPermission: '2',
        Realms: ['5', '13'],
      },
    ]);
    expect(device.texts(on('AddUserAclEntryEx')).join()).not.toContain('P@ssw0rd');
  });

  test('a domain user or group by SID', async () => {
    const device = await stub({ ...replies, [on('AddUserAclEntryEx')]: output('AddUserAclEntryEx', { Handle: 9 }) });
    await device.run((session) =>
      session.accounts.add({ who: { kind: 'kerberos', sid }, access: 'network', realms: ['audit-log'] }),
    );
    expect(device.bodies(on('AddUserAclEntryEx')).map(fieldsOf)).toEqual([
      { KerberosUserSid: sidBytes(sid)?.toString('base64'), AccessPermission: '1', Realms: '20' },
    ]);
    expect(device.asked).toEqual([on('AddUserAclEntryEx')]);
  });

  test('an update without a password leaves it', async () => {
    const device = await stub({ ...replies, [on('UpdateUserAclEntryEx')]: output('UpdateUserAclEntryEx') });
    const changed = { ...operator, who: { kind: 'digest', user: 'operator', password: null } } as const;
    await device.run((session) => session.accounts.update(2, changed));
    expect(device.bodies(on('UpdateUserAclEntryEx')).map(fieldsOf)).toEqual([
      { Handle: '2', DigestUsername: 'operator', AccessPermission: '2', Realms: ['5', '13'] },
    ]);
  });

  test('remove and switch', async () => {
    const device = await stub({
      [on('RemoveUserAclEntry')]: output('RemoveUserAclEntry'),
      [on('SetAclEnabledState')]: output('SetAclEnabledState'),
    });
    await device.run(async (session) => {
      await session.accounts.remove(4);
      await session.accounts.setEnabled(5, false);
    });
    expect(device.bodies(on('RemoveUserAclEntry')).map(fieldsOf)).toEqual([{ Handle: '4' }]);
    expect(device.bodies(on('SetAclEnabledState')).map(fieldsOf)).toEqual([{ Handle: '5', Enabled: 'false' }]);
  });

  test.each<[string, AmtAccountInput, RegExp]>([
    [
      'a name that is too long',
      { ...operator, who: { kind: 'digest', user: 'x'.repeat(17), password: 'p' } },
      /16 ASCII/,
    ],
    ['a name with a colon', { ...operator, who: { kind: 'digest', user: 'a:b', password: 'p' } }, /holds none of/],
    ['a name of the system', { ...operator, who: { kind: 'digest', user: '$$uns', password: 'p' } }, /system's own/],
    ['no password', { ...operator, who: { kind: 'digest', user: 'new', password: null } }, /needs a password/],
    ['no SID', { ...operator, who: { kind: 'kerberos', sid: 'S-1-x' } }, /no SID/],
  ])('%s is not sent', async (_name, account, why) => {
    const device = await stub(replies);
    const error = await errorOf(device.run((session) => session.accounts.add(account)));
    expect(error.evidence.join()).toMatch(why);
    expect(device.asked).toEqual([]);
  });

  test('no error holds the password', async () => {
    const { run } = await stub({ ...replies, [on('AddUserAclEntryEx')]: output('AddUserAclEntryEx', {}, 2_058) });
    const error = await errorOf(run((session) => session.accounts.add(operator)));
    expect(error.evidence).toContain('That means: the device has it already');
    expect(JSON.stringify([error.message, error.stack, error.evidence])).not.toContain('P@ssw0rd');
  });
});

describe('SIDs', () => {
  test('any goes to bytes and back', () => {
    const part = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        fc.array(part, { minLength: 1, maxLength: 15 }),
        (authority, parts) => {
          const text = ['S-1', authority, ...parts].join('-');
          expect(sidText(sidBytes(text) ?? Buffer.alloc(0))).toBe(text);
        },
      ),
    );
  });

  test('what is none is none', () => {
    expect(['', 'S-1-5', 'S-2-5-21', 'S-1-5-4294967296', `S-1-5${'-1'.repeat(16)}`, 's-1-5-1'].map(sidBytes)).toEqual(
      Array(6).fill(null),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const text = sidText(bytes);
        if (text !== null) expect(sidBytes(text)).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('assets', () => {
  const replies: Record<string, Reply> = {
    ...instances(
      'CIM_Chassis',
      instance('CIM_Chassis', { Manufacturer: 'Example Corp ', Model: 'X1', SerialNumber: 'SN1', Tag: 'CIM_Chassis' }),
    ),
    ...instances(
      'CIM_Card',
      instance('CIM_Card', { Manufacturer: 'Example Corp', Model: 'Board', SerialNumber: 'B1' }),
    ),
    ...instances(
      'CIM_BIOSElement',
      instance('CIM_BIOSElement', {
        Manufacturer: 'Example BIOS',
        Version: '1.2',
        ReleaseDate: datetime('2020-08-10T00:00:00Z'),
      }),
    ),
    ...instances(
      'CIM_ComputerSystemPackage',
      instance('CIM_ComputerSystemPackage', { PlatformGUID: '13AEE355D2BFBB6117A088AEDD7037EA' }),
    ),
    ...instances(
      'CIM_Chip',
      instance('CIM_Chip', { Tag: 'CPU 0', Version: 'Intel(R) Core(TM) i7-9850H CPU @ 2.60GHz' }),
      instance('CIM_Chip', { Tag: 'other' }),
    ),
    ...instances('CIM_Processor', instance('CIM_Processor', { DeviceID: 'CPU 0', MaxClockSpeed: 8_300 })),
    ...instances(
      'CIM_PhysicalMemory',
      instance('CIM_PhysicalMemory', {
        BankLabel: 'BANK 0',
        Capacity: 17_179_869_184,
        ConfiguredMemoryClockSpeed: 2_400,
        Manufacturer: '859B',
      }),
      instance('CIM_PhysicalMemory', {
        BankLabel: 'BANK 2',
        Capacity: 17_179_869_184,
        MaxMemorySpeed: 0,
        Manufacturer: 'Own',
      }),
    ),
    ...instances(
      'CIM_MediaAccessDevice',
      instance('CIM_MediaAccessDevice', { DeviceID: 'MEDIA DEV 0', MaxMediaSize: 960_197_124 }),
      instance('CIM_MediaAccessDevice', { DeviceID: 'MEDIA DEV 1' }),
    ),
    ...instances(
      'CIM_SoftwareIdentity',
      instance('CIM_SoftwareIdentity', { InstanceID: 'AMT', VersionString: '12.0.67' }),
      instance('CIM_SoftwareIdentity', { InstanceID: 'Flash', VersionString: '12.0.67' }),
      instance('CIM_SoftwareIdentity', { InstanceID: 'nothing' }),
    ),
    'Get AMT_EthernetPortSettings': instance('AMT_EthernetPortSettings', { MACAddress: 'C8-d9-d2-7a-1e-33' }),
  };

  test('of a whole PC', async () => {
    const { run } = await stub(replies);
    expect(await run((session) => session.readAssets())).toEqual({
      manufacturer: 'Example Corp',
      model: 'X1',
      serialNumber: 'SN1',
      systemUuid: '55e3ae13-bfd2-61bb-17a0-88aedd7037ea',
      mac: 'c8:d9:d2:7a:1e:33',
      bios: { vendor: 'Example BIOS', version: '1.2', releasedAt: '2020-08-10' },
      board: { manufacturer: 'Example Corp', model: 'Board', serialNumber: 'B1' },
      processors: [{ name: 'Intel(R) Core(TM) i7-9850H CPU @ 2.60GHz', maxMegahertz: 8_300 }],
      memory: [
        { bank: 'BANK 0', capacityBytes: 17_179_869_184, megahertz: 2_400, manufacturer: 'Crucial' },
        { bank: 'BANK 2', capacityBytes: 17_179_869_184, megahertz: null, manufacturer: 'Own' },
      ],
      disks: [
        { name: 'MEDIA DEV 0', capacityBytes: 960_197_124_000 },
        { name: 'MEDIA DEV 1', capacityBytes: null },
      ],
      firmware: { AMT: '12.0.67', Flash: '12.0.67' },
    });
  });

  test('of a PC that shows nothing: empty, not invented', async () => {
    const { run } = await stub({});
    expect(await run((session) => session.readAssets())).toEqual({
      processors: [],
      memory: [],
      disks: [],
      firmware: {},
    });
  });

  test('UUIDs of all zeros or ones are none', () => {
    expect(systemUuid(Buffer.alloc(16))).toBeNull();
    expect(systemUuid(Buffer.alloc(16, 0xff))).toBeNull();
    expect(systemUuid(Buffer.alloc(15, 1))).toBeNull();
  });
});
