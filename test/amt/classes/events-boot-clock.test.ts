import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeEvent } from '../../../adapters/amt/classes/events/decode-event.ts';
import { AmtError } from '../../../src/ports/amt.ts';
import { errorOf } from '../conversation.ts';
import {
  datetime,
  fieldsOf,
  instance,
  instances,
  output,
  type Reply,
  reference,
  type Stub,
  type StubOptions,
  startStub,
} from './stub.ts';

const open: Stub[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function stub(replies: Record<string, Reply>, options: Partial<StubOptions> = {}): Promise<Stub> {
  const made = await startStub(replies, { host: '127.22.9.2', ...options });
  open.push(made);
  return made;
}

/** Time, then device address, sensor type, event type, offset, source type, severity, sensor number, entity, instance, data. */
function event(seconds: number, middle: readonly number[], data: readonly number[] = []): string {
  const bytes = Buffer.alloc(21);
  bytes.writeUInt32LE(seconds, 0);
  bytes.set(middle, 4);
  bytes.set(data, 13);
  return bytes.toString('base64');
}

const progress = (seconds: number, step: number) =>
  event(seconds, [0xff, 15, 0x6f, 2, 0x68, 1, 0xff, 34, 0], [0x40, step]);

describe('event log', () => {
  const first = 'PositionToFirstRecord AMT_MessageLog';
  const records = 'GetRecords AMT_MessageLog';
  const page = (RecordArray: readonly string[], more = false) =>
    output('GetRecords', { IterationIdentifier: '391', NoMoreRecords: !more, RecordArray });

  test('newest first, slots that were never written left out, no more than asked for', async () => {
    const device = await stub({
      [first]: output('PositionToFirstRecord', { IterationIdentifier: '1' }),
      [records]: page([progress(1_000, 1), progress(3_000, 19), event(0, []), progress(2_000, 7)]),
    });
    const found = await device.run((session) => session.eventLog.read(2));
    expect(found.map(({ at, event: words }) => [at.getTime(), words])).toEqual([
      [3_000_000, 'Firmware progress: start of the operating system'],
      [2_000_000, 'Firmware progress: PCI configuration'],
    ]);
    expect(found[0]).toMatchObject({
      severity: 'monitor',
      source: 'BIOS',
      raw: expect.stringMatching(/^[0-9a-f]{42}$/),
    });
    expect(device.bodies(records).map(fieldsOf)).toEqual([{ IterationIdentifier: '1', MaxReadRecords: '390' }]);
  });

  test('page after page with the identifier that the last one gave', async () => {
    let pages = 0;
    const device = await stub({
      [first]: output('PositionToFirstRecord', { IterationIdentifier: 'a&amp;b' }),
      [records]: () => {
        pages += 1;
        return page([progress(pages, 1)], pages < 3);
      },
    });
    expect(await device.run((session) => session.eventLog.read(100))).toHaveLength(3);
    expect(device.bodies(records).map((body) => fieldsOf(body).IterationIdentifier)).toEqual(['a&b', '391', '391']);
  });

  test.each([
    ['an empty log', output('PositionToFirstRecord', {}, 2), page([])],
    ['no record after all', output('PositionToFirstRecord', { IterationIdentifier: '1' }), output('GetRecords', {}, 3)],
    [
      'a firmware that does not say that there is no more',
      output('PositionToFirstRecord', { IterationIdentifier: '1' }),
      output('GetRecords', { IterationIdentifier: '1' }),
    ],
  ])('%s', async (_name, position, got) => {
    const device = await stub({ [first]: position, [records]: got });
    expect(await device.run((session) => session.eventLog.read(10))).toEqual([]);
  });

  test('a log that never ends is given up', async () => {
    const device = await stub({
      [first]: output('PositionToFirstRecord', { IterationIdentifier: '1' }),
      [records]: page([progress(1, 1)], true),
    });
    const error = await errorOf(device.run((session) => session.eventLog.read(10)));
    expect(error).toMatchObject({ code: 'protocol_error', evidence: ['the event log does not end'] });
    expect(device.bodies(records).length).toBeLessThan(30);
  });

  test('clear', async () => {
    const device = await stub({ 'ClearLog AMT_MessageLog': output('ClearLog', {}, 1) });
    const error = await errorOf(device.run((session) => session.eventLog.clear()));
    expect(error.evidence).toEqual([
      'ClearLog of AMT_MessageLog was refused: 1 NOT_SUPPORTED',
      'That means: the firmware does not support this',
    ]);
  });

  test.each<[string, readonly number[], readonly number[]]>([
    ['Authentication failed 300 times', [0xff, 6, 0x6f, 5, 0x68, 16, 0xff, 38, 97], [0xaa, 0x2c, 0x01]],
    ['No bootable media', [0xff, 15, 0x6f, 0, 0x68, 16, 0xff, 34, 0], [0x40, 8]],
    ['No bootable media', [0xff, 30, 0x6f, 0, 0x68, 16, 0xff, 34, 0], []],
    ['Firmware hangs: memory initialisation', [0xff, 15, 0x6f, 1, 0x68, 16, 0xff, 34, 0], [0x40, 1]],
    ['firmware progress, offset 0, data eb01000000000000', [0xff, 15, 0x6f, 0, 0x68, 16, 0xff, 34, 0], [0xeb, 1]],
    ['Case opened', [0xff, 5, 0x6f, 0, 0x68, 8, 0xff, 23, 0], []],
    ['Serial-over-LAN session started', [0xff, 192, 0x6f, 0, 0x68, 2, 0xff, 38, 0], [0xaa, 0x30, 0]],
    ['Power-on self test took too long', [0xff, 35, 0x6f, 0, 0x68, 8, 0xff, 34, 0], [64, 2, 252]],
    ['Network filter 7 matched', [0xff, 36, 0x6f, 0, 0x68, 8, 0xff, 38, 0], [0xaa, 0, 0, 0, 7]],
    ['sensor type 99, offset 3, data 0102000000000000', [0xff, 99, 0x6f, 3, 0x68, 8, 0xff, 38, 0], [1, 2]],
  ])('%s', (words, middle, data) => {
    expect(decodeEvent(Buffer.from(event(5, middle, data), 'base64'))?.event).toBe(words);
  });

  test('any bytes end in an event, or in none when they have another length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 42 }), (bytes) => {
        const found = decodeEvent(Buffer.from(bytes));
        if (bytes.length !== 21) expect(found).toBeNull();
        else if (found) expect(found.raw).toBe(Buffer.from(bytes).toString('hex'));
      }),
      { numRuns: 500 },
    );
  });

  test('any text as records ends in events or a protocol error', async () => {
    let given: readonly string[] = [];
    const device = await stub({
      [first]: output('PositionToFirstRecord', { IterationIdentifier: '1' }),
      [records]: () => page(given),
    });
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 40 }).filter((one) => !/[<&>\]]/.test(one));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 3 }), async (texts) => {
        given = texts;
        const result = await device.run((session) => session.eventLog.read(10).catch((error: unknown) => error));
        expect(result instanceof AmtError ? result.code : Array.isArray(result)).toBe(
          result instanceof AmtError ? 'protocol_error' : true,
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('boot', () => {
  const settings = instance('AMT_BootSettingData', {
    BIOSLastStatus: [2, 0],
    BIOSPause: false,
    BIOSSetup: true,
    BootMediaIndex: 3,
    ElementName: 'Intel(r) AMT Boot Configuration Settings',
    EnforceSecureBoot: true,
    InstanceID: 'Intel(r) AMT:BootSettingData 0',
    NewThingOfAMT20: 'kept',
    OptionsCleared: true,
    OwningEntity: 'Intel(r) AMT',
    RSEPassword: '',
    SecureBootControlEnabled: true,
    UseSOL: true,
    WinREBootEnabled: true,
  });
  const able = instance('AMT_BootCapabilities', { BIOSSetup: true, ForcePXEBoot: true, ForceHardDriveBoot: false });
  const replies = {
    'Get AMT_BootCapabilities': able,
    'Get AMT_BootSettingData': settings,
    'ChangeBootOrder CIM_BootConfigSetting': output('ChangeBootOrder'),
    'Put AMT_BootSettingData': settings,
    'SetBootConfigRole CIM_BootService': output('SetBootConfigRole'),
  };
  const steps = [
    'Get AMT_BootCapabilities',
    'Get AMT_BootSettingData',
    'ChangeBootOrder CIM_BootConfigSetting',
    'Put AMT_BootSettingData',
    'SetBootConfigRole CIM_BootService',
  ];

  test('from the network: five steps, the source last', async () => {
    const device = await stub(replies);
    await device.run((session) => session.boot.setNext('pxe'));
    expect(device.asked).toEqual([...steps, 'ChangeBootOrder CIM_BootConfigSetting']);
    const [without, withSource] = device.texts('ChangeBootOrder CIM_BootConfigSetting');
    expect(without).toMatch(/<h:ChangeBootOrder_INPUT[^>]*><\/h:ChangeBootOrder_INPUT>/);
    expect(withSource).toContain('Name="InstanceID">Intel(r) AMT: Force PXE Boot<');
    const role = device.texts('SetBootConfigRole CIM_BootService')[0];
    expect(role).toContain('Name="InstanceID">Intel(r) AMT: Boot Configuration 0<');
    expect(role).toContain('<h:Role>1</h:Role>');
  });

  test('what only the firmware writes is not put, what we do not know is, what is set from before is taken back', async () => {
    const device = await stub(replies);
    await device.run((session) => session.boot.setNext('pxe'));
    const put = device.bodies('Put AMT_BootSettingData')[0];
    expect(put?.children.map((one) => [one.name, one.text])).toEqual([
      ['BIOSPause', 'false'],
      ['BIOSSetup', 'false'],
      ['BootMediaIndex', '0'],
      ['ElementName', 'Intel(r) AMT Boot Configuration Settings'],
      ['EnforceSecureBoot', 'true'],
      ['InstanceID', 'Intel(r) AMT:BootSettingData 0'],
      ['NewThingOfAMT20', 'kept'],
      ['OwningEntity', 'Intel(r) AMT'],
      ['UseSOL', 'false'],
    ]);
  });

  test('into the BIOS: a setting, no source', async () => {
    const device = await stub(replies);
    await device.run((session) => session.boot.setNext('bios'));
    expect(device.asked).toEqual(steps);
    expect(fieldsOf(device.bodies('Put AMT_BootSettingData')[0])).toMatchObject({ BIOSSetup: 'true' });
  });

  test('what the PC can not is known before anything is written', async () => {
    const device = await stub(replies);
    const error = await errorOf(device.run((session) => session.boot.setNext('disk')));
    expect(error.code).toBe('class_missing');
    expect(error.evidence[1]).toBe('AMT_BootCapabilities: ForceHardDriveBoot is false');
    expect(device.asked).toEqual(['Get AMT_BootCapabilities']);
  });

  test('a firmware that does not show its capabilities is asked to do it', async () => {
    const { 'Get AMT_BootCapabilities': _none, ...rest } = replies;
    const device = await stub(rest);
    await device.run((session) => session.boot.setNext('cd'));
    expect(device.texts('ChangeBootOrder CIM_BootConfigSetting')[1]).toContain('Intel(r) AMT: Force CD/DVD Boot');
  });

  test('clear takes order and settings back', async () => {
    const device = await stub(replies);
    await device.run((session) => session.boot.clear());
    expect(device.asked).toEqual(steps.slice(1, 4));
    expect(fieldsOf(device.bodies('Put AMT_BootSettingData')[0])).toMatchObject({ BIOSSetup: 'false' });
  });

  test('a refusal in words', async () => {
    const device = await stub({
      ...replies,
      'SetBootConfigRole CIM_BootService': output('SetBootConfigRole', {}, 32_768 + 2_081),
    });
    const error = await errorOf(device.run((session) => session.boot.setNext('pxe')));
    expect(error.evidence).toEqual([
      'SetBootConfigRole of CIM_BootService was refused: PT_STATUS 2081 USER_CONSENT_REQUIRED',
      'That means: the user at the PC must consent first',
    ]);
  });
});

describe('alarms', () => {
  const now = () => new Date('2026-11-23T06:00:00Z');
  const alarm = {
    name: 'wake <1>',
    at: new Date('2026-11-24T05:30:00Z'),
    everyMinutes: 1_530,
    deleteAfterwards: false,
  };
  const occurrence = (values: Record<string, string | boolean>) => instance('IPS_AlarmClockOccurrence', values);
  const added = `<g:AddAlarm_OUTPUT><g:AlarmClock>${reference('IPS_AlarmClockOccurrence', 'InstanceID', 'wake')}</g:AlarmClock><g:ReturnValue>0</g:ReturnValue></g:AddAlarm_OUTPUT>`;

  test('are added as an embedded instance, to the minute', async () => {
    const device = await stub({ 'AddAlarm AMT_AlarmClockService': added }, { now });
    await device.run((session) => session.alarms.add(alarm));
    const template = device.bodies('AddAlarm AMT_AlarmClockService')[0]?.children[0];
    expect(template?.children.map((one) => [one.name, one.text || one.children[0]?.text])).toEqual([
      ['InstanceID', 'wake <1>'],
      ['ElementName', 'wake <1>'],
      ['StartTime', '2026-11-24T05:30:00Z'],
      ['Interval', 'P1DT1H30M'],
      ['DeleteOnCompletion', 'false'],
    ]);
    expect(template?.children[3]?.children[0]?.name).toBe('Interval');
  });

  test.each([
    ['a name that is too long', { name: 'x'.repeat(33) }, /32 characters/],
    ['seconds (the firmware wants none)', { at: new Date('2026-11-24T05:30:01Z') }, /whole minute/],
    ['the past', { at: new Date('2026-11-22T05:30:00Z') }, /past/],
    ['every half minute', { everyMinutes: 0.5 }, /whole minutes/],
  ])('with %s are not sent', async (_name, change, why) => {
    const device = await stub({}, { now });
    const error = await errorOf(device.run((session) => session.alarms.add({ ...alarm, ...change })));
    expect(error.evidence.join()).toMatch(why);
    expect(device.asked).toEqual([]);
  });

  test('are listed and removed', async () => {
    const device = await stub({
      ...instances(
        'IPS_AlarmClockOccurrence',
        occurrence({
          DeleteOnCompletion: true,
          ElementName: 'once',
          InstanceID: 'once',
          StartTime: datetime('2026-11-24T05:30:00Z'),
        }),
        occurrence({
          DeleteOnCompletion: false,
          ElementName: 'daily',
          InstanceID: 'daily',
          Interval: '<h:Interval xmlns:h="http://schemas.dmtf.org/wbem/wscim/1/common">P1DT0H0M</h:Interval>',
          StartTime: datetime('2026-11-24T06:00:00Z'),
        }),
      ),
      'Delete IPS_AlarmClockOccurrence': '',
    });
    await device.run(async (session) => {
      expect(await session.alarms.list()).toEqual([
        { name: 'once', at: new Date('2026-11-24T05:30:00Z'), everyMinutes: null, deleteAfterwards: true },
        { name: 'daily', at: new Date('2026-11-24T06:00:00Z'), everyMinutes: 1_440, deleteAfterwards: false },
      ]);
      expect(await session.alarms.remove('weekly')).toBe(false);
      expect(await session.alarms.remove('daily')).toBe(true);
    });
    expect(device.texts('Delete IPS_AlarmClockOccurrence')[0]).toContain('Name="InstanceID">daily<');
  });

  test('AMT 5.1 to 7: one alarm, in the service itself', async () => {
    let next = '';
    const device = await stub(
      {
        'Get AMT_AlarmClockService': () =>
          instance('AMT_AlarmClockService', {
            CreationClassName: 'AMT_AlarmClockService',
            ...(next && { NextAMTAlarmTime: datetime(next) }),
          }),
        'Put AMT_AlarmClockService': (body) => {
          next = body.children.find((one) => one.name === 'NextAMTAlarmTime')?.children[0]?.text ?? '';
          return '';
        },
      },
      { version: '6.2.61', now },
    );
    await device.run(async (session) => {
      expect(await session.alarms.list()).toEqual([]);
      await session.alarms.add(alarm);
      expect(await session.alarms.list()).toMatchObject([{ at: alarm.at }]);
      const error = await errorOf(session.alarms.add(alarm));
      expect(error.evidence).toEqual(['this firmware has one alarm, and it is set']);
      expect(await session.alarms.remove('alarm')).toBe(true);
      expect(await session.alarms.list()).toEqual([]);
    });
  });

  test('AMT 3.2 has no alarm clock: known without asking it', async () => {
    const device = await stub({}, { version: '3.2.1', now });
    const error = await errorOf(device.run((session) => session.alarms.add(alarm)));
    expect(error).toMatchObject({ code: 'class_missing', evidence: ['AMT 3.2.1 has no alarm clock (since 5.1)'] });
    expect(device.asked).toEqual([]);
  });
});

describe('the device’s clock', () => {
  const now = () => new Date('2026-11-23T06:00:00Z');
  const ours = now().getTime() / 1_000;

  test('ahead, behind, and set to ours', async () => {
    let theirs = ours + 47;
    const device = await stub(
      {
        'GetLowAccuracyTimeSynch AMT_TimeSynchronizationService': () =>
          output('GetLowAccuracyTimeSynch', { Ta0: theirs }),
        'SetHighAccuracyTimeSynch AMT_TimeSynchronizationService': () => {
          theirs = ours;
          return output('SetHighAccuracyTimeSynch');
        },
      },
      { now },
    );
    await device.run(async (session) => {
      expect(await session.deviceClock.readDriftSeconds()).toBe(47);
      await session.deviceClock.synchronise();
      expect(await session.deviceClock.readDriftSeconds()).toBe(0);
    });
    expect(device.bodies('SetHighAccuracyTimeSynch AMT_TimeSynchronizationService').map(fieldsOf)).toEqual([
      { Ta0: String(ours + 47), Tm1: String(ours), Tm2: String(ours) },
    ]);
  });

  test('a device that does not tell its time', async () => {
    const device = await stub({
      'GetLowAccuracyTimeSynch AMT_TimeSynchronizationService': output('GetLowAccuracyTimeSynch'),
    });
    await expect(errorOf(device.run((session) => session.deviceClock.readDriftSeconds()))).resolves.toMatchObject({
      code: 'protocol_error',
    });
  });
});
