import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { asking } from '../asking.ts';
import { logOn, powerRequest, reference, textOf, textsOf } from '../wire.ts';
import { readAudit, readPage } from './audit-reading.ts';

let fleet: Fleet;
let nowMs = Date.UTC(2026, 10, 23, 9);
const port = 16992;
const log = 'AMT_AuditLog';

beforeAll(async () => {
  const timing = { onMs: [20, 20], offMs: 10, gracefulMs: 10 } as const;
  const now = () => nowMs;
  fleet = await createFleet({
    devices: 2,
    firstAddress: '127.21.6.1',
    ports: { plain: port, tls: undefined },
    timing,
    now,
  });
  await fleet.start();
});

beforeEach(async () => {
  await fleet.setFaults('host1', 'audit-log-full:1');
  await fleet.setFaults('host1', '');
});

afterAll(() => fleet.stop());

const ask = () => asking(fleet);

const page = (startIndex: number) => readPage(ask(), startIndex);
const records = () => readAudit(ask());
const last = async () => (await records()).at(-1);

describe('reading', () => {
  test('a device that was provisioned remembers it, from a clock that was not set yet on', async () => {
    const found = await records();
    expect(found.map(({ id }) => id)).toEqual([1600, 2100, 1601]);
    expect(found[0]).toMatchObject({
      name: undefined,
      address: '',
      location: 2,
      atSeconds: Date.UTC(2004, 0, 1, 12) / 1000,
    });
    expect(found[1]).toMatchObject({ name: 'admin', address: '127.0.0.1', location: 0 });
  });

  test('ten records a page, the index begins at 1', async () => {
    for (let n = 0; n < 12; n += 1) await ask().call('AMT_MessageLog', 'ClearLog');
    const first = await page(1);
    expect(first).toMatchObject({ total: 15, returned: 10, returnValue: 0 });
    expect(first.records).toHaveLength(10);
    expect(await page(11)).toMatchObject({ total: 15, returned: 5 });
    expect(await page(15)).toMatchObject({ returned: 1 });
    expect(await page(16)).toMatchObject({ returnValue: 35 });
    expect(await page(0)).toMatchObject({ returnValue: 35 });
  });

  test('the properties tell its state', async () => {
    const { body } = await ask().send({ className: log, operation: 'Get' });
    expect(textOf(body, 'AuditState')).toBe('16');
    expect(textOf(body, 'CurrentNumberOfRecords')).toBe('3');
    expect(textOf(body, 'PercentageFree')).toBe('99');
    expect(textOf(body, 'Datetime')).toMatch(/^2026-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});

describe('what is done to the device is in it', () => {
  test('power up, with the boot options, from whom and where', async () => {
    fleet.setPower('host1', 'off');
    const pxe = reference('CIM_BootSourceSetting', 'InstanceID', 'Intel(r) AMT: Force PXE Boot');
    await ask().call('CIM_BootConfigSetting', 'ChangeBootOrder', `<r:Source>${pxe}</r:Source>`);
    const session = await logOn('127.21.6.1', { port });
    await session.send(powerRequest(2));
    session.close();
    const found = (await records()).slice(-2);
    expect(found).toMatchObject([
      { id: 1704, extended: '01000000000000' },
      { id: 1700, name: 'admin', address: '127.0.0.1', extended: '01000000000000', atSeconds: nowMs / 1000 },
    ]);
  });

  test.each([
    [8, 'on', 1701],
    [5, 'on', 1702],
    [10, 'on', 1703],
    [12, 'on', 1705],
    [14, 'on', 1706],
    [4, 'on', 1707],
    [7, 'on', 1708],
    [11, 'on', 1709],
  ] as const)('power state %d from %s is %d', async (state, before, id) => {
    fleet.setPower('host1', before);
    const session = await logOn('127.21.6.1', { port });
    expect(textOf((await session.send(powerRequest(state))).body, 'ReturnValue')).toBe('0');
    session.close();
    expect(await last()).toMatchObject({ id });
    nowMs += 1000;
  });

  test('a refused power change is not in it', async () => {
    fleet.setPower('host1', 'off');
    const session = await logOn('127.21.6.1', { port });
    await session.send(powerRequest(10));
    session.close();
    expect(await last()).toMatchObject({ id: 1601 });
  });

  test('wrong credentials, with the name that was tried', async () => {
    const session = await logOn('127.21.6.1', { port, username: 'eve <&é', password: 'x' });
    expect((await session.send('')).status).toBe(401);
    session.close();
    expect(await last()).toMatchObject({ id: 1605, name: 'eve <&é', extended: '00' });
  });

  test('host name, domain, link policy, time', async () => {
    await ask().put('AMT_GeneralSettings', '<h:DomainName>new.example</h:DomainName><h:HostName>fresh</h:HostName>');
    await ask().put(
      'AMT_EthernetPortSettings',
      '<h:LinkPolicy>1</h:LinkPolicy><h:LinkPolicy>14</h:LinkPolicy><h:LinkPolicy>16</h:LinkPolicy>',
      {
        InstanceID: 'Intel(r) AMT Ethernet Port Settings 0',
      },
    );
    const seconds = nowMs / 1000;
    await ask().call(
      'AMT_TimeSynchronizationService',
      'SetHighAccuracyTimeSynch',
      `<r:Ta0>${seconds}</r:Ta0><r:Tm1>${seconds}</r:Tm1><r:Tm2>${seconds}</r:Tm2>`,
    );
    expect((await records()).slice(-4)).toMatchObject([
      { id: 2201, extended: Buffer.from('\x05fresh').toString('hex') },
      { id: 2202, extended: Buffer.from('\x0bnew.example').toString('hex') },
      { id: 2204, extended: '000000000000001f' },
      { id: 2100, extended: seconds.toString(16) },
    ]);
    await ask().put('AMT_GeneralSettings', '<h:DomainName>lab.example</h:DomainName><h:HostName>host1</h:HostName>');
  });

  test('a put that changes nothing of them leaves no trace', async () => {
    await ask().put('AMT_GeneralSettings', '<h:HostName>host1</h:HostName><h:IdleWakeTimeout>3</h:IdleWakeTimeout>');
    expect(await last()).toMatchObject({ id: 1601 });
  });

  test('the power package is in it once the policy says so', async () => {
    // Under the first package a PC that is off could not be asked any more.
    fleet.setPower('host1', 'on');
    const scheme = {
      className: 'AMT_SystemPowerScheme',
      operation: 'SetPowerScheme',
      selectors: { InstanceID: 'SCHEME 0' },
    };
    const uri = 'http://intel.com/wbem/wscim/1/amt-schema/1/AMT_SystemPowerScheme';
    const body = `<r:SetPowerScheme_INPUT xmlns:r="${uri}"/>`;
    await ask().send({ ...scheme, body });
    expect(await last()).toMatchObject({ id: 1601 });
    await setPolicy('true', 16, 16, 0);
    await ask().send({ ...scheme, selectors: { InstanceID: 'SCHEME 1' }, body });
    expect(await last()).toMatchObject({ id: 1616, extended: '30800dee09c07843af287868a2dbbe3a' });
  });
});

const setPolicy = (enable: string, app: number, event: number, type: number, host = 'host1') =>
  ask().call(
    'AMT_AuditPolicyRule',
    'SetAuditPolicy',
    `<r:Enable>${enable}</r:Enable><r:AuditedAppID>${app}</r:AuditedAppID><r:EventID>${event}</r:EventID><r:PolicyType>${type}</r:PolicyType>`,
    host,
  );

/** Policy read back: type by event. */
async function policy() {
  const { body } = await ask().send({ className: 'AMT_AuditPolicyRule', operation: 'Get' });
  const types = textsOf(body, 'PolicyType').map(Number);
  const ids = textsOf(body, 'AuditApplicationEventID').map(Number);
  return new Map(ids.map((id, n) => [Math.floor(id / 2 ** 16) * 100 + (id & 0xffff), types[n]]));
}

describe('policy', () => {
  test('by default nearly everything is audited, nothing critical but what AMT 12 made so', async () => {
    const found = await policy();
    expect(found.get(1605)).toBe(0);
    expect(found.has(1616)).toBe(false);
    expect([...found].filter(([, type]) => type === 1).map(([id]) => id)).toEqual([
      1600, 1601, 1619, 1704, 1800, 1804, 1808,
    ]);
  });

  test('one event is taken out and its doing leaves no trace', async () => {
    expect((await setPolicy('false', 24, 2, 0)).returnValue).toBe(0);
    expect((await policy()).has(2402)).toBe(false);
    await ask().call('AMT_MessageLog', 'ClearLog');
    expect(await last()).toMatchObject({ id: 2001 });
  });

  test.each([
    ['an event that is always logged is taken out', 'false', 20, 0, 0],
    ['an event that is never critical is made so', 'true', 20, 2, 1],
    ['there is no such event', 'true', 99, 0, 0],
    ['there is no such type', 'true', 17, 0, 2],
  ] as const)('36 when %s', async (_name, enable, app, event, type) => {
    expect((await setPolicy(enable, app, event, type)).returnValue).toBe(36);
  });

  test('in bulk it is all or nothing', async () => {
    const bulk = (events: readonly number[], types: readonly number[]) =>
      ask().call(
        'AMT_AuditPolicyRule',
        'SetAuditPolicyBulk',
        [
          ...events.map(() => '<r:Enable>true</r:Enable>'),
          ...events.map(() => '<r:AuditedAppID>17</r:AuditedAppID>'),
          ...events.map((event) => `<r:EventID>${event}</r:EventID>`),
          ...types.map((type) => `<r:PolicyType>${type}</r:PolicyType>`),
        ].join(''),
      );
    expect((await bulk([0, 1, 77], [1, 1, 1])).returnValue).toBe(36);
    expect((await bulk([0, 1], [1])).returnValue).toBe(36);
    expect((await policy()).get(1700)).toBe(0);
    expect((await bulk([0, 1], [1, 1])).returnValue).toBe(0);
    expect([(await policy()).get(1700), (await policy()).get(1701)]).toEqual([1, 1]);
  });
});

const lock = (content: string) => ask().call(log, 'SetAuditLock', content);
const state = async () => Number(await ask().get(log, 'AuditState'));

describe('lock', () => {
  test('while it holds nothing is written, and critical actions fail with 2075', async () => {
    const locked = await lock('<r:LockTimeoutInSeconds>60</r:LockTimeoutInSeconds><r:Flag>0</r:Flag>');
    const handle = textOf(locked.body, 'Handle');
    expect(locked.returnValue).toBe(0);
    expect(await state()).toBe(16 | 2);
    const before = (await page(1)).total;
    await ask().call('AMT_MessageLog', 'ClearLog');
    expect((await page(1)).total).toBe(before);
    const pxe = reference('CIM_BootSourceSetting', 'InstanceID', 'Intel(r) AMT: Force PXE Boot');
    const boot = () => ask().call('CIM_BootConfigSetting', 'ChangeBootOrder', `<r:Source>${pxe}</r:Source>`);
    expect((await boot()).returnValue).toBe(2075);
    expect((await lock('<r:Flag>2</r:Flag>')).returnValue).toBe(2053);
    expect((await lock(`<r:Flag>2</r:Flag><r:Handle>${handle}</r:Handle>`)).returnValue).toBe(0);
    expect(await state()).toBe(16);
    expect((await boot()).returnValue).toBe(0);
  });

  test('it is renewed by its handle, taken by nobody else, and ends by itself', async () => {
    const ten = '<r:LockTimeoutInSeconds>10</r:LockTimeoutInSeconds><r:Flag>0</r:Flag>';
    const handle = textOf((await lock(ten)).body, 'Handle');
    nowMs += 8_000;
    expect((await lock(ten)).returnValue).toBe(2053);
    const renewed = await lock(`${ten}<r:Handle>${handle}</r:Handle>`);
    expect(textOf(renewed.body, 'Handle')).toBe(handle);
    nowMs += 8_000;
    expect(await state()).toBe(16 | 2);
    nowMs += 3_000;
    expect(await state()).toBe(16);
    expect((await lock('<r:Flag>2</r:Flag>')).returnValue).toBe(0);
  });

  test.each([
    ['no time', '<r:Flag>0</r:Flag>'],
    ['more than five minutes', '<r:LockTimeoutInSeconds>301</r:LockTimeoutInSeconds><r:Flag>0</r:Flag>'],
    ['an unknown flag', '<r:LockTimeoutInSeconds>10</r:LockTimeoutInSeconds><r:Flag>3</r:Flag>'],
  ])('36 for %s', async (_name, content) => {
    expect((await lock(content)).returnValue).toBe(36);
  });

  test('audit-locked: another auditor holds it for a while', async () => {
    await fleet.setFaults('host1', 'audit-locked:30');
    expect((await lock('<r:LockTimeoutInSeconds>10</r:LockTimeoutInSeconds><r:Flag>0</r:Flag>')).returnValue).toBe(
      2053,
    );
    expect(await state()).toBe(16 | 2);
    nowMs += 31_000;
    expect(await state()).toBe(16);
  });
});

describe('clearing, disabling, room', () => {
  test('a cleared log holds the clearing, and what AMT 12 keeps', async () => {
    await ask().call('AMT_MessageLog', 'ClearLog');
    expect((await ask().call(log, 'ClearLog')).returnValue).toBe(0);
    expect((await records()).map(({ id }) => id)).toEqual([1600, 1601, 2000]);
  });

  test('disabled it writes what can not be switched off, and enabled it says so', async () => {
    const request = (value: number) =>
      ask().call(log, 'RequestStateChange', `<r:RequestedState>${value}</r:RequestedState>`);
    expect((await request(3)).returnValue).toBe(0);
    expect(await state()).toBe(16 | 1);
    await ask().call('AMT_MessageLog', 'ClearLog');
    expect(await last()).toMatchObject({ id: 2002 });
    expect((await request(2)).returnValue).toBe(0);
    expect(await last()).toMatchObject({ id: 2003 });
    expect((await request(9)).returnValue).toBe(1);
  });

  test('audit-log-full: nothing more fits, and a critical action fails', async () => {
    await fleet.setFaults('host1', 'audit-log-full:30');
    expect(await page(1)).toMatchObject({ total: 30 });
    expect(await state()).toBe(16 | 8);
    expect(await ask().get(log, 'PercentageFree')).toBe('0');
    await ask().call('AMT_MessageLog', 'ClearLog');
    expect(await page(1)).toMatchObject({ total: 30 });
    await setPolicy('true', 24, 2, 1);
    expect((await ask().call('AMT_MessageLog', 'ClearLog')).returnValue).toBe(2075);
    expect((await ask().call(log, 'ClearLog')).returnValue).toBe(0);
    expect(await state()).toBe(16);
    expect((await ask().call('AMT_MessageLog', 'ClearLog')).returnValue).toBe(0);
    expect(await last()).toMatchObject({ id: 2402 });
  });

  test('a put that can not be logged is the internal fault with its status', async () => {
    await fleet.setFaults('host1', 'audit-log-full:30');
    await setPolicy('true', 22, 1, 1);
    const { status, body } = await ask().put('AMT_GeneralSettings', '<h:HostName>other</h:HostName>');
    expect(status).toBe(500);
    expect(body).toContain('AMT-STATUS 2075');
    expect(await ask().get('AMT_GeneralSettings', 'HostName')).toBe('host1');
  });

  test('audit-log-almost-full: only critical events are still written', async () => {
    await fleet.setFaults('host1', 'audit-log-almost-full:40');
    expect(await state()).toBe(16 | 4);
    await ask().call('AMT_MessageLog', 'ClearLog');
    expect(await page(1)).toMatchObject({ total: 40 });
    await setPolicy('true', 24, 2, 1);
    expect((await ask().call('AMT_MessageLog', 'ClearLog')).returnValue).toBe(0);
    expect(await page(1)).toMatchObject({ total: 41 });
  });

  test('with roll-over the oldest goes, but not what is kept', async () => {
    await fleet.setFaults('host1', 'audit-log-full:30');
    await ask().put(log, '<h:StoragePolicy>1</h:StoragePolicy>');
    await ask().call('AMT_MessageLog', 'ClearLog');
    const found = await records();
    expect(found.at(-1)).toMatchObject({ id: 2402 });
    expect(found.slice(0, 2)).toMatchObject([{ id: 1600 }, { id: 1601 }]);
    expect(found.length).toBeLessThanOrEqual(30);
  });
});

test('AMT 3.2 has no audit log, 6.2 has it switched off and wants a signing key first', async () => {
  const old = await createFleet({
    firstAddress: '127.21.6.21',
    persona: 'amt-3.2',
    ports: { plain: port, tls: undefined },
  });
  await old.start();
  expect((await asking(old).send({ className: log, operation: 'Get' })).body).toContain('b:DestinationUnreachable');
  await old.stop();
  const six = await createFleet({
    firstAddress: '127.21.6.22',
    persona: 'amt-6.2',
    ports: { plain: port, tls: undefined },
  });
  await six.start();
  expect(await asking(six).get(log, 'AuditState')).toBe('17');
  const enable = '<r:RequestedState>2</r:RequestedState>';
  expect((await asking(six).call(log, 'RequestStateChange', enable)).returnValue).toBe(2060);
  await six.stop();
});
