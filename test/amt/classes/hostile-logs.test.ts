/** Logs of devices that mean harm, or are broken: the readers end, soon and with little memory. */
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeAuditRecord } from '../../../adapters/amt/classes/audit/decode-record.ts';
import { auditLogClass } from '../../../adapters/amt/classes/audit/definitions.ts';
import { decodeEvent } from '../../../adapters/amt/classes/events/decode-event.ts';
import { messageLogClass } from '../../../adapters/amt/classes/events/definitions.ts';
import { readValues } from '../../../adapters/amt/model/read-values.ts';
import { child, readXml } from '../../../adapters/amt/wsman/read.ts';
import { AmtError } from '../../../src/ports/amt.ts';
import { errorOf } from '../conversation.ts';
import { output, type Reply, type Stub, startStub } from './stub.ts';

const open: Stub[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
const stub = async (replies: Record<string, Reply>) => {
  const made = await startStub(replies, { host: '127.22.9.9' });
  open.push(made);
  return made;
};

const record = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');
const page = (records: readonly string[], total: number) =>
  output('ReadRecords', { TotalRecordCount: total, RecordsReturned: records.length, EventRecords: records });

describe('an audit log without an end', () => {
  test('of records as large as a reply can be: given up after some megabytes', async () => {
    const records = Array.from({ length: 10 }, () => record(60_000));
    const device = await stub({ 'ReadRecords AMT_AuditLog': page(records, 4_294_967_295) });
    const error = await errorOf(device.run((session) => session.auditLog.readAll()));
    expect(error).toMatchObject({ code: 'protocol_error' });
    expect(error.evidence[0]).toMatch(/^the audit log does not end: \d+ records, 8\d{6} bytes so far$/);
    expect(device.asked.length).toBeLessThan(20);
  });
});

describe('replies with any bytes changed, left out or put in', () => {
  const envelope = (content: string) =>
    '<a:Envelope xmlns:a="http://www.w3.org/2003/05/soap-envelope" xmlns:g="http://intel.com/wbem/wscim/1/amt-schema/1/X">' +
    `<a:Header></a:Header><a:Body>${content}</a:Body></a:Envelope>`;
  const audit = Buffer.from(envelope(page([record(30), record(80)], 2)));
  const events = Buffer.from(
    envelope(
      output('GetRecords', { IterationIdentifier: 2, NoMoreRecords: true, RecordArray: [record(21), record(21)] }),
    ),
  );
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat({ max: 12 }),
    insert: fc.uint8Array({ maxLength: 12 }),
  });
  const changed = (whole: Buffer) =>
    fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
      edits.reduce((bytes, { at, remove, insert }) => {
        const start = Math.floor(at * bytes.length);
        return Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + remove)]);
      }, whole),
    );
  /** The reader's whole way from bytes to records. */
  const endsWell = (bytes: Buffer, read: (bytes: Buffer) => unknown) => {
    try {
      read(bytes);
    } catch (error) {
      if (!(error instanceof AmtError) || error.code !== 'protocol_error') throw error;
    }
  };

  test('of the audit log: records or a protocol error', () => {
    const read = (bytes: Buffer) => {
      const node = child(child(readXml(bytes), 'Body'), 'ReadRecords_OUTPUT');
      const found = node && readValues(auditLogClass.methods.ReadRecords.out, node);
      for (const text of found?.EventRecords ?? []) decodeAuditRecord(Buffer.from(text, 'base64'), 1);
    };
    fc.assert(
      fc.property(changed(audit), (bytes) => endsWell(bytes, read)),
      { numRuns: 1_000 },
    );
  });

  test('of the event log: events or a protocol error', () => {
    const read = (bytes: Buffer) => {
      const node = child(child(readXml(bytes), 'Body'), 'GetRecords_OUTPUT');
      const found = node && readValues(messageLogClass.methods.GetRecords.out, node);
      for (const text of found?.RecordArray ?? []) decodeEvent(Buffer.from(text, 'base64'));
    };
    fc.assert(
      fc.property(changed(events), (bytes) => endsWell(bytes, read)),
      { numRuns: 1_000 },
    );
  });
});
