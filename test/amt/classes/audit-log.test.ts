import { createPrivateKey, X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AmtError } from '../../../src/ports/amt.ts';
import { errorOf } from '../conversation.ts';
import { datetime, Fault, fieldsOf, instance, output, type Reply, type Stub, startStub } from './stub.ts';

const host = '127.22.9.1';
const open: Stub[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function stub(replies: Record<string, Reply>, version = '15.0.23', now?: () => Date): Promise<Stub> {
  const made = await startStub(replies, { host, version, ...(now && { now }) });
  open.push(made);
  return made;
}

const log = (values: Record<string, string | number> = {}) =>
  instance('AMT_AuditLog', {
    AuditState: 16,
    CurrentNumberOfRecords: 161,
    ElementName: 'Intel(r) AMT Audit Log',
    EnabledState: 2,
    MaxAllowedAuditors: 1,
    MaxNumberOfRecords: 0,
    Name: 'Intel(r) AMT:Audit Log',
    OverwritePolicy: 2,
    PercentageFree: 92,
    RequestedState: 2,
    StoragePolicy: 1,
    TimeOfLastRecord: datetime('2026-11-20T00:44:35Z'),
    ...values,
  });

/** Power-up by nobody in particular, its second of the day telling which record it is. */
function recordNumber(number: number): string {
  const bytes = Buffer.from('0011000002000000000200' + '00', 'hex');
  bytes.writeUInt32BE(1_763_877_600 + number, 5);
  return bytes.toString('base64');
}

/** A log that answers ReadRecords as AMT does: ten at a time, the first is number 1. */
function paging(total: () => number, pageSize = 10): Reply {
  return (body) => {
    const start = Number(fieldsOf(body).StartIndex);
    const now = total();
    if (start < 1 || start > now) return output('ReadRecords', { TotalRecordCount: now, RecordsReturned: 0 }, 35);
    const numbers = Array.from({ length: Math.min(pageSize, now - start + 1) }, (_, n) => start + n);
    return output('ReadRecords', {
      TotalRecordCount: now,
      RecordsReturned: numbers.length,
      EventRecords: numbers.map(recordNumber),
    });
  };
}

const read = 'ReadRecords AMT_AuditLog';
const lock = 'SetAuditLock AMT_AuditLog';

describe('the state', () => {
  test('of a healthy log; bit 0x10 (no signing key) is nothing to tell', async () => {
    const { run } = await stub({ 'Get AMT_AuditLog': log() });
    expect(await run((session) => session.auditLog.status())).toEqual({
      enabled: true,
      locked: false,
      almostFull: false,
      full: false,
      storagePolicy: 'roll-over',
      minDaysToKeep: null,
      percentageFree: 92,
      records: 161,
      lastRecordAt: new Date('2026-11-20T00:44:35Z'),
    });
  });

  test.each([
    [1, { enabled: false }],
    [2, { locked: true }],
    [4, { almostFull: true }],
    [8 | 4, { almostFull: true, full: true }],
  ])('bits %i', async (AuditState, expected) => {
    const { run } = await stub({ 'Get AMT_AuditLog': log({ AuditState }) });
    expect(await run((session) => session.auditLog.status())).toMatchObject(expected);
  });

  test('what the firmware leaves out is not invented', async () => {
    const { run } = await stub({ 'Get AMT_AuditLog': instance('AMT_AuditLog', { AuditState: 0 }) });
    expect(await run((session) => session.auditLog.status())).toMatchObject({
      storagePolicy: 'unknown',
      percentageFree: null,
      records: 0,
      lastRecordAt: null,
    });
  });

  test('a log of 2^64-1 records does not upset the reader', async () => {
    const { run } = await stub({ 'Get AMT_AuditLog': log({ MaxNumberOfRecords: '18446744073709551615' }) });
    expect(await run((session) => session.auditLog.status())).toMatchObject({ records: 161 });
  });
});

describe('reading', () => {
  test('all pages, oldest first, the first index is 1 (mps issue 301)', async () => {
    const device = await stub({ [read]: paging(() => 23) });
    const records = await device.run((session) => session.auditLog.readAll());
    expect(records.map((one) => one.index)).toEqual(Array.from({ length: 23 }, (_, n) => n + 1));
    expect(records.map((one) => one.at.getTime() / 1_000 - 1_763_877_600)).toEqual(records.map((one) => one.index));
    expect(device.bodies(read).map((body) => fieldsOf(body).StartIndex)).toEqual(['1', '11', '21']);
  });

  test.each([0, 1, 10, 11])('%i records', async (total) => {
    const device = await stub({ [read]: paging(() => total) });
    expect(await device.run((session) => session.auditLog.readAll())).toHaveLength(total);
    expect(device.bodies(read)).toHaveLength(Math.max(1, Math.ceil(total / 10)));
  });

  test('a log that grows while it is read is read as far as it went at first', async () => {
    let total = 12;
    const device = await stub({ [read]: paging(() => total++) });
    expect(await device.run((session) => session.auditLog.readAll())).toHaveLength(12);
  });

  test('a log that is cleared while it is read is an error, not a shorter log', async () => {
    let total = 20;
    const reply = paging(() => total);
    const device = await stub({
      [read]: (body) => {
        const answer = typeof reply === 'function' ? reply(body) : reply;
        total = 0;
        return answer;
      },
    });
    const error = await errorOf(device.run((session) => session.auditLog.readAll()));
    expect(error.code).toBe('protocol_error');
    expect(error.evidence[0]).toContain('ended at record 10 of 20');
  });

  test('a device that answers without records for ever is asked once (MeshCentral’s loop has no guard)', async () => {
    const device = await stub({ [read]: output('ReadRecords', { TotalRecordCount: 50, RecordsReturned: 0 }) });
    await expect(errorOf(device.run((session) => session.auditLog.readAll()))).resolves.toMatchObject({
      code: 'protocol_error',
    });
    expect(device.bodies(read)).toHaveLength(1);
  });

  test('more records on a page than the log has are not taken for more', async () => {
    const EventRecords = [recordNumber(1), recordNumber(2), recordNumber(3)];
    const device = await stub({
      [read]: output('ReadRecords', { TotalRecordCount: 2, RecordsReturned: 3, EventRecords }),
    });
    expect(await device.run((session) => session.auditLog.readAll())).toHaveLength(2);
  });

  test('a refused reading tells why', async () => {
    const device = await stub({ [read]: output('ReadRecords', {}, 2) });
    const error = await errorOf(device.run((session) => session.auditLog.readAll()));
    expect(error.code).toBe('firmware_fault');
    expect(error.evidence).toEqual([
      'ReadRecords of AMT_AuditLog was refused: PT_STATUS 2 NOT_READY',
      'That means: the firmware is not ready for this yet',
    ]);
  });

  test('any text as records ends in records or a protocol error', async () => {
    let given: string[] = [];
    const device = await stub({
      [read]: () =>
        output('ReadRecords', { TotalRecordCount: given.length, RecordsReturned: given.length, EventRecords: given }),
    });
    const xmlText = fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).filter((one) => !/[<&>\]]/.test(one));
    const base64 = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(xmlText, base64), { maxLength: 4 }), async (texts) => {
        given = texts;
        const result = await device.run((session) => session.auditLog.readAll().catch((error: unknown) => error));
        if (result instanceof AmtError) expect(result.code).toBe('protocol_error');
        else expect(result).toHaveLength(texts.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the lock', () => {
  const granted = output('SetAuditLock', { Handle: 77 });
  const clear = 'ClearLog AMT_AuditLog';

  test('is taken, and given back with the same handle', async () => {
    const device = await stub({ [lock]: granted, [clear]: output('ClearLog') });
    await device.run((session) => session.auditLog.withLock(() => session.auditLog.clear()));
    expect(device.asked).toEqual([lock, clear, lock]);
    expect(device.bodies(lock).map(fieldsOf)).toEqual([
      { LockTimeoutInSeconds: '300', Flag: '0' },
      { Flag: '2', Handle: '77' },
    ]);
  });

  test('is given back when the work fails, and the work’s error is the one told', async () => {
    const device = await stub({ [lock]: granted, [clear]: output('ClearLog', {}, 16) });
    const error = await errorOf(device.run((session) => session.auditLog.withLock(() => session.auditLog.clear())));
    expect(error).toMatchObject({ code: 'auditor_needed' });
    expect(device.bodies(lock)).toHaveLength(2);
  });

  test('is given back when the conversation is cancelled', async () => {
    const device = await stub({ [lock]: granted, [clear]: output('ClearLog') });
    const control = new AbortController();
    const work = device.run(
      (session) =>
        session.auditLog.withLock(async () => {
          control.abort(new Error('enough'));
          return session.auditLog.clear();
        }),
      control.signal,
    );
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(fieldsOf(device.bodies(lock).at(-1))).toEqual({ Flag: '2', Handle: '77' });
    expect(device.bodies(clear)).toHaveLength(0);
  });

  test('that another auditor holds: nothing is done, and nothing given back', async () => {
    const device = await stub({ [lock]: output('SetAuditLock', {}, 18) });
    let worked = false;
    const error = await errorOf(
      device.run((session) =>
        session.auditLog.withLock(async () => {
          worked = true;
        }),
      ),
    );
    expect(error.evidence).toContain('That means: somebody else holds the lock');
    expect(worked).toBe(false);
    expect(device.bodies(lock)).toHaveLength(1);
  });

  test('that can not be given back is told, with how long it lasts', async () => {
    let asked = 0;
    const device = await stub({
      [lock]: () => {
        asked += 1;
        return asked === 1 ? granted : new Fault('InternalError');
      },
    });
    const error = await errorOf(device.run((session) => session.auditLog.withLock(async () => {})));
    expect(error).toMatchObject({ code: 'firmware_fault', mayHaveActed: true });
    expect(error.evidence[0]).toContain('300 s');
  });

  test('is renewed while a long log is read', async () => {
    let ms = Date.UTC(2026, 10, 23);
    const now = () => new Date(ms);
    const device = await stub(
      {
        [lock]: granted,
        [read]: (body) => {
          ms += 70_000;
          const reply = paging(() => 45);
          return typeof reply === 'function' ? reply(body) : reply;
        },
      },
      '15.0.23',
      now,
    );
    const records = await device.run((session) => session.auditLog.withLock(() => session.auditLog.readAll()));
    expect(records).toHaveLength(45);
    expect(device.bodies(lock).map(fieldsOf)).toEqual([
      { LockTimeoutInSeconds: '300', Flag: '0' },
      { LockTimeoutInSeconds: '300', Flag: '0', Handle: '77' },
      { LockTimeoutInSeconds: '300', Flag: '0', Handle: '77' },
      { Flag: '2', Handle: '77' },
    ]);
  });
});

describe('state, storage and policy', () => {
  const state = 'RequestStateChange AMT_AuditLog';

  test('enable and disable', async () => {
    const device = await stub({ [state]: output('RequestStateChange') });
    await device.run(async (session) => {
      await session.auditLog.enable();
      await session.auditLog.disable();
    });
    expect(device.bodies(state).map(fieldsOf)).toEqual([{ RequestedState: '2' }, { RequestedState: '3' }]);
  });

  test('firmware before AMT 8 first gets a key to sign with, one of its own that nobody else keeps', async () => {
    let hasKey = false;
    const setKey = 'SetSigningKeyMaterial AMT_AuditLog';
    const device = await stub({
      [state]: () => output('RequestStateChange', {}, hasKey ? 0 : 2060),
      [setKey]: () => {
        hasKey = true;
        return output('SetSigningKeyMaterial');
      },
    });
    await device.run((session) => session.auditLog.enable());
    expect(device.bodies(state)).toHaveLength(2);
    const [given] = device.bodies(setKey).map(fieldsOf);
    const bytes = (field: string) => Buffer.from(String(given?.[field]), 'base64');
    const key = createPrivateKey({ key: bytes('SigningKey'), format: 'der', type: 'pkcs1' });
    const certificate = new X509Certificate(bytes('Certificates'));
    expect(key.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(given).toMatchObject({ SigningMechanismType: '0', LengthOfCertificates: String(certificate.raw.length) });
    await device.run((session) => session.auditLog.enable());
    expect(device.bodies(setKey)).toHaveLength(1);
  });

  test('the storage policy is put with everything else as it was', async () => {
    const device = await stub({
      'Get AMT_AuditLog': log(),
      'Put AMT_AuditLog': (body) => instance('AMT_AuditLog', fieldsOf(body)),
    });
    await device.run((session) => session.auditLog.setStoragePolicy('restricted-roll-over', 30));
    const put = device.bodies('Put AMT_AuditLog')[0];
    expect(put?.children.map((one) => one.name)).toEqual([
      'AuditState',
      'CurrentNumberOfRecords',
      'ElementName',
      'EnabledState',
      'MaxAllowedAuditors',
      'MaxNumberOfRecords',
      'MinDaysToKeep',
      'Name',
      'OverwritePolicy',
      'PercentageFree',
      'RequestedState',
      'StoragePolicy',
      'TimeOfLastRecord',
    ]);
    expect(fieldsOf(put)).toMatchObject({ StoragePolicy: '2', MinDaysToKeep: '30', CurrentNumberOfRecords: '161' });
  });

  test('the policy: application in the upper 16 bits, event in the lower', async () => {
    const policy = instance('AMT_AuditPolicyRule', {
      AuditApplicationEventID: [16 * 65_536, 16 * 65_536 + 5, 30 * 65_536 + 2],
      CreationClassName: 'AMT_AuditPolicyRule',
      PolicyRuleName: 'Audit Policy Rule',
      PolicyType: [0, 1, 0],
    });
    const device = await stub({ 'Get AMT_AuditPolicyRule': policy });
    expect(await device.run((session) => session.auditLog.readPolicy())).toEqual([
      { appId: 16, eventId: 0, critical: false },
      { appId: 16, eventId: 5, critical: true },
      { appId: 30, eventId: 2, critical: false },
    ]);
    expect(device.texts('Get AMT_AuditPolicyRule')[0]).toContain('Name="PolicyRuleName">Audit Policy Rule<');
  });

  test('a policy with fewer types than events is refused, not guessed at', async () => {
    const policy = instance('AMT_AuditPolicyRule', { AuditApplicationEventID: [1, 2], PolicyType: [0] });
    const device = await stub({ 'Get AMT_AuditPolicyRule': policy });
    await expect(errorOf(device.run((session) => session.auditLog.readPolicy()))).resolves.toMatchObject({
      code: 'protocol_error',
    });
  });

  const bulk = 'SetAuditPolicyBulk AMT_AuditPolicyRule';
  const single = 'SetAuditPolicy AMT_AuditPolicyRule';
  const entries = Array.from({ length: 95 }, (_, n) => ({ appId: 16 + (n % 12), eventId: n, critical: n % 2 === 1 }));

  test('many events go in chunks of less than 6 KB, parallel lists in step', async () => {
    const device = await stub({ [bulk]: output('SetAuditPolicyBulk') });
    await device.run((session) => session.auditLog.setPolicy(entries, true));
    expect(device.texts(bulk).every((text) => text.length < 7_500)).toBe(true);
    const sent = device.bodies(bulk).flatMap((body) => {
      const { AuditedAppID, EventID, PolicyType, Enable } = fieldsOf(body);
      if (!Array.isArray(AuditedAppID) || !Array.isArray(EventID) || !Array.isArray(PolicyType))
        throw new Error('lists');
      return AuditedAppID.map((app, n) => [app, EventID[n], PolicyType[n], Enable?.[n]].join());
    });
    expect(sent).toEqual(entries.map((one) => [one.appId, one.eventId, one.critical ? 1 : 0, 'true'].join()));
    expect(device.bodies(bulk)).toHaveLength(3);
  });

  test('before AMT 7.0 one by one; a type goes with enabling only', async () => {
    const device = await stub({ [single]: output('SetAuditPolicy') }, '5.2.10');
    await device.run(async (session) => {
      await session.auditLog.setPolicy([{ appId: 17, eventId: 3, critical: true }], true);
      await session.auditLog.setPolicy([{ appId: 17, eventId: 3, critical: false }], false);
    });
    expect(device.bodies(single).map(fieldsOf)).toEqual([
      { Enable: 'true', AuditedAppID: '17', EventID: '3', PolicyType: '1' },
      { Enable: 'false', AuditedAppID: '17', EventID: '3' },
    ]);
    expect(device.asked).not.toContain(bulk);
  });

  test('AMT 3.2 has no access monitor: known without asking it', async () => {
    const device = await stub({}, '3.2.1');
    const error = await errorOf(device.run((session) => session.auditLog.status()));
    expect(error.code).toBe('class_missing');
    expect(error.evidence).toEqual(['AMT 3.2.1 has no access monitor (since 4.0)']);
    expect(device.asked).toEqual([]);
  });
});
