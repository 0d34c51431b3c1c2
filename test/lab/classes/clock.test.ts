import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { asking } from '../asking.ts';
import { textOf, textsOf } from '../wire.ts';

/** The device's clock, and the alarms that go by it. */
let fleet: Fleet;
let nowMs = Date.UTC(2026, 10, 23, 9);
const port = 16992;
const time = 'AMT_TimeSynchronizationService';
const clock = 'AMT_AlarmClockService';
const occurrence = 'IPS_AlarmClockOccurrence';
const common = 'http://schemas.dmtf.org/wbem/wscim/1/common';

beforeAll(async () => {
  fleet = await createFleet({
    firstAddress: '127.21.6.81',
    devices: 2,
    ports: { plain: port, tls: undefined },
    timing: { onMs: [20, 20], offMs: 10, gracefulMs: 10 },
    now: () => nowMs,
  });
  await fleet.start();
});

beforeEach(() => {
  nowMs = Math.ceil(nowMs / 60_000) * 60_000 + 3_600_000;
});

afterAll(() => fleet.stop());

const ask = () => asking(fleet);

const deviceTime = async (host = 'host1') =>
  Number(textOf((await ask().call(time, 'GetLowAccuracyTimeSynch', '', host)).body, 'Ta0'));

const set = (ta0: number, tm1: number, tm2: number) =>
  ask().call(time, 'SetHighAccuracyTimeSynch', `<r:Ta0>${ta0}</r:Ta0><r:Tm1>${tm1}</r:Tm1><r:Tm2>${tm2}</r:Tm2>`);

describe('the clock', () => {
  test('clock-drift puts it off, and a synchronisation right', async () => {
    await fleet.setFaults('host1', 'clock-drift:-300');
    const wrong = await deviceTime();
    expect(wrong).toBe(nowMs / 1000 - 300);
    expect((await set(wrong, nowMs / 1000, nowMs / 1000)).returnValue).toBe(0);
    expect(await deviceTime()).toBe(nowMs / 1000);
    nowMs += 10_000;
    expect(await deviceTime()).toBe(nowMs / 1000);
    expect(await ask().get(time, 'TimeSource')).toBe('1');
  });

  test('the way takes half of the round trip', async () => {
    const ta0 = await deviceTime();
    const tm1 = nowMs / 1000 + 2;
    nowMs += 6_000;
    await set(ta0, tm1, tm1 + 2);
    expect(await deviceTime()).toBe(tm1 + 2 + 2);
    await fleet.setFaults('host1', '');
  });

  test('a time before 2004 is none, nor one that runs backwards', async () => {
    expect((await set(1, 1, 1)).returnValue).toBe(34);
    expect((await set(nowMs / 1000, nowMs / 1000 + 5, nowMs / 1000)).returnValue).toBe(36);
  });
});

const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** AddAlarm as MeshCentral and the toolkit write it: the embedded instance in the namespace of its own class. */
const addAlarm = (id: string, atMs: number, more = '', deleteOnCompletion = true) =>
  ask().call(
    clock,
    'AddAlarm',
    `<r:AlarmTemplate xmlns:s="http://intel.com/wbem/wscim/1/ips-schema/1/${occurrence}"><s:InstanceID>${id}</s:InstanceID>` +
      `<s:ElementName>${id}</s:ElementName><s:StartTime><p:Datetime xmlns:p="${common}">${iso(atMs)}</p:Datetime></s:StartTime>` +
      `${more}<s:DeleteOnCompletion>${deleteOnCompletion}</s:DeleteOnCompletion></r:AlarmTemplate>`,
  );

async function alarms(): Promise<string> {
  const enumeration = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
  const begun = await ask().send({
    className: occurrence,
    operation: 'Enumerate',
    body: `<Enumerate xmlns="${enumeration}"/>`,
  });
  const { body } = await ask().send({
    className: occurrence,
    operation: 'Pull',
    body:
      `<Pull xmlns="${enumeration}"><EnumerationContext>${textOf(begun.body, 'EnumerationContext')}</EnumerationContext>` +
      '<MaxElements>99</MaxElements></Pull>',
  });
  return body;
}

const remove = (id: string) =>
  ask().send({ className: occurrence, operation: 'Delete', selectors: { InstanceID: id } });
const minuteMs = 60_000;
const powerState = () => ask().get('CIM_AssociatedPowerManagementService', 'PowerState');

describe('the alarm clock', () => {
  test('powers the PC on at its time, once, by itself', async () => {
    fleet.setPower('host1', 'off');
    const added = await addAlarm('wake', nowMs + 5 * minuteMs);
    expect(added.returnValue).toBe(0);
    expect(added.body).toContain('Name="InstanceID">wake<');
    nowMs += 5 * minuteMs - 1000;
    expect(await powerState()).toBe('8');
    nowMs += 1000;
    expect(await powerState()).toBe('2');
    expect(fleet.device('host1').power.bootLog.at(-1)).toMatchObject({ cause: 'alarm', atMs: nowMs });
    expect(textsOf(await alarms(), 'InstanceID')).toEqual([]);
  });

  test('goes by the clock of the device', async () => {
    await fleet.setFaults('host1', 'clock-drift:120');
    fleet.setPower('host1', 'off');
    await addAlarm('early', nowMs + 5 * minuteMs);
    nowMs += 3 * minuteMs;
    expect(await powerState()).toBe('2');
    await fleet.setFaults('host1', '');
  });

  test('with an interval it comes again, and does nothing to a PC that is on', async () => {
    const daily = `<s:Interval><p:Interval xmlns:p="${common}">P1DT0H0M</p:Interval></s:Interval>`;
    fleet.setPower('host1', 'on');
    await addAlarm('daily', nowMs + minuteMs, daily);
    const boots = fleet.device('host1').power.boots;
    nowMs += 2 * minuteMs;
    expect(await powerState()).toBe('2');
    expect(fleet.device('host1').power.boots).toBe(boots);
    fleet.setPower('host1', 'off');
    const body = await alarms();
    expect(textOf(body, 'Datetime')).toBe(iso(nowMs - minuteMs + 24 * 60 * minuteMs));
    expect(body).toContain('<h:Interval><i:Interval>P1DT0H0M</i:Interval></h:Interval>');
    nowMs += 24 * 60 * minuteMs;
    expect(await powerState()).toBe('2');
    expect(fleet.device('host1').power.boots).toBe(boots + 1);
    expect((await remove('daily')).status).toBe(200);
    expect((await remove('daily')).body).toContain('e:InvalidSelectors');
  });

  test('does not wake a PC whose power package keeps the ME off', async () => {
    await fleet.setFaults('host1', 'low-power-package');
    fleet.setPower('host1', 'on');
    await addAlarm('never', nowMs + minuteMs, '', false);
    fleet.setPower('host1', 'off');
    nowMs += 2 * minuteMs;
    await fleet.setFaults('host1', '');
    expect(await powerState()).toBe('8');
    await remove('never');
  });

  test('takes five', async () => {
    for (let n = 1; n <= 5; n += 1) expect((await addAlarm(`a${n}`, nowMs + n * minuteMs)).returnValue).toBe(0);
    expect((await addAlarm('a6', nowMs + minuteMs)).returnValue).toBe(23);
    for (let n = 1; n <= 5; n += 1) await remove(`a${n}`);
  });

  test.each([
    ['a time that is over', 'x', -1, '', 34],
    ['an empty name', '', 1, '', 12],
    ['a long name', 'x'.repeat(33), 1, '', 12],
    [
      'an interval of 25 hours',
      'x',
      1,
      `<s:Interval><p:Interval xmlns:p="${common}">PT25H</p:Interval></s:Interval>`,
      36,
    ],
  ])('%s is refused', async (_name, id, minutes, more, returnValue) => {
    expect((await addAlarm(id, nowMs + minutes * minuteMs, more)).returnValue).toBe(returnValue);
  });

  test('seconds must be zero, names differ', async () => {
    expect((await addAlarm('s', nowMs + minuteMs + 1000)).returnValue).toBe(36);
    expect((await addAlarm('s', nowMs + minuteMs)).returnValue).toBe(0);
    expect((await addAlarm('s', nowMs + minuteMs)).returnValue).toBe(2058);
    await remove('s');
  });

  test('an alarm that was missed for a year rings once', async () => {
    const often = `<s:Interval><p:Interval xmlns:p="${common}">PT1M</p:Interval></s:Interval>`;
    fleet.setPower('host1', 'off');
    const boots = fleet.device('host1').power.boots;
    await addAlarm('often', nowMs + minuteMs, often);
    nowMs += 365 * 24 * 60 * minuteMs;
    expect(await powerState()).toBe('2');
    expect(fleet.device('host1').power.boots).toBe(boots + 1);
    await remove('often');
  });
});
