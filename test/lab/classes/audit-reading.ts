import { expect } from '@jest/globals';
import type { Asked, Asking } from '../asking.ts';
import { textOf, textsOf } from '../wire.ts';

/** One answer to ReadRecords. */
export interface Page extends Asked {
  readonly total: number;
  readonly returned: number;
  readonly records: readonly Buffer[];
}

/** The raw records of one page. */
export async function readPage(ask: Asking, startIndex: number): Promise<Page> {
  const reply = await ask.call('AMT_AuditLog', 'ReadRecords', `<r:StartIndex>${startIndex}</r:StartIndex>`);
  return {
    ...reply,
    total: Number(textOf(reply.body, 'TotalRecordCount')),
    returned: Number(textOf(reply.body, 'RecordsReturned')),
    records: textsOf(reply.body, 'EventRecords').map((text) => Buffer.from(text, 'base64')),
  };
}

/** One record, cut open. */
export interface Cut {
  /** Application id times 100 plus event id. */
  readonly id: number;
  readonly name: string | undefined;
  readonly atSeconds: number;
  readonly location: number | undefined;
  readonly address: string;
  /** Extended data, hex. */
  readonly extended: string;
}

/** All records, newest last. */
export async function readAudit(ask: Asking): Promise<readonly Cut[]> {
  const found: Buffer[] = [];
  for (;;) {
    const { records, total } = await readPage(ask, found.length + 1);
    found.push(...records);
    if (found.length >= total) return found.map(cut);
  }
}

function cut(bytes: Buffer): Cut {
  const id = bytes.readUInt16BE(0) * 100 + bytes.readUInt16BE(2);
  let at = 5;
  let name: string | undefined;
  if (bytes[4] === 0) {
    const length = bytes[at] ?? 0;
    name = bytes.toString('utf8', at + 1, at + 1 + length);
    at += 1 + length;
  }
  const addressLength = bytes[at + 5] ?? 0;
  const address = bytes.toString('latin1', at + 6, at + 6 + addressLength);
  const extendedAt = at + 6 + addressLength;
  const extended = bytes.subarray(extendedAt + 1).toString('hex');
  expect(bytes[extendedAt]).toBe(extended.length / 2);
  return { id, name, atSeconds: bytes.readUInt32BE(at), location: bytes[at + 4], address, extended };
}
