import { isIPv6 } from 'node:net';

/** Who caused an audit event: a digest account from an address, or the platform itself. */
export type Initiator = { readonly name: string | Buffer; readonly address: string } | 'local';

/**
 * One record, all numbers big-endian: application id, event id, initiator type with its data, time in seconds since
 * 1970, type of the address with the address in ASCII, extended data, each with its length. intel/lms CIM classes,
 * AMT_AuditLog.ReadRecords `[class model]`; digest and local initiators also recorded in the tests of
 * device-management-toolkit/mps `[capture]`.
 *
 * @param id application id times 100 plus event id
 * @param atSeconds by the device's clock
 */
export function auditRecord(id: number, initiator: Initiator, atSeconds: number, extended: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(Math.floor(id / 100), 0);
  head.writeUInt16BE(id % 100, 2);
  const time = Buffer.alloc(4);
  time.writeUInt32BE(atSeconds >>> 0);
  const tail = [Buffer.from([extended.length]), extended];
  if (initiator === 'local') return Buffer.concat([head, Buffer.from([2]), time, Buffer.from([2, 0]), ...tail]);
  const { name, address } = initiator;
  return Buffer.concat([
    head,
    Buffer.from([0]),
    lengthAnd(name),
    time,
    Buffer.from([isIPv6(address) ? 1 : 0]),
    lengthAnd(address),
    ...tail,
  ]);
}

/** A text with its length before it. An account's name has up to 16 characters; a made-up one may be longer. */
export function lengthAnd(text: string | Buffer): Buffer {
  const bytes = (typeof text === 'string' ? Buffer.from(text, 'utf8') : text).subarray(0, 63);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** Numbers of 1, 2 or 4 bytes each, big-endian. */
export function bigEndian(...numbers: readonly (readonly [bytes: 1 | 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    numbers.map(([bytes, value]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntBE(value, 0, bytes);
      return buffer;
    }),
  );
}
