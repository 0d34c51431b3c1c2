import { DirectoryError } from '../../../src/ports/directory.ts';
import { sidBytes, sidLength, sidText } from './sid.ts';

/** One access control entry. `bytes` is all of it, so that kinds we do not read survive being written back. */
export interface AccessEntry {
  /** 0 allow, 1 deny, 5 allow for an object type, 6 deny for one; others as they come ([MS-DTYP] 2.4.4.1). */
  readonly type: number;
  /** 0x02 container inherit, 0x04 no propagate, 0x08 inherit only, 0x10 inherited. */
  readonly flags: number;
  /** Null for kinds without an access mask of this shape. */
  readonly mask: number | null;
  /** GUID of the right, attribute or class that it is limited to; null: none. */
  readonly objectType: string | null;
  /** GUID of the class of child objects that inherit it; null: all. */
  readonly inheritedObjectType: string | null;
  readonly sid: string | null;
  readonly bytes: Buffer;
}

/** An access control list ([MS-DTYP] 2.4.5). */
export interface AccessList {
  /** 2, or 4 where there are object entries. */
  readonly revision: number;
  readonly entries: readonly AccessEntry[];
}

/** A self-relative security descriptor ([MS-DTYP] 2.4.6). */
export interface SecurityDescriptor {
  readonly control: number;
  readonly owner: string | null;
  readonly group: string | null;
  readonly auditList: AccessList | null;
  readonly accessList: AccessList | null;
}

const selfRelative = 0x8000;
const accessListPresent = 0x0004;
const auditListPresent = 0x0010;
const headerLength = 20;
const withMask = new Set([0, 1, 2, 5, 6, 7]);
const withObjectType = new Set([5, 6, 7]);

const malformed = (what: string) =>
  new DirectoryError('directory_protocol', [`a security descriptor is malformed: ${what}`]);

/** Reads a descriptor. Throws directory_protocol when offsets or lengths do not fit. */
export function readDescriptor(bytes: Buffer): SecurityDescriptor {
  if (bytes.length < headerLength || bytes[0] !== 1) throw malformed('header');
  const at = (field: number) => {
    const offset = bytes.readUInt32LE(field);
    if (offset !== 0 && (offset < headerLength || offset + 8 > bytes.length)) throw malformed('offset');
    return offset;
  };
  const sidAt = (offset: number) => (offset === 0 ? null : sidText(bytes, offset));
  const listAt = (offset: number) => (offset === 0 ? null : readList(bytes.subarray(offset)));
  return {
    control: bytes.readUInt16LE(2),
    owner: sidAt(at(4)),
    group: sidAt(at(8)),
    auditList: listAt(at(12)),
    accessList: listAt(at(16)),
  };
}

function readList(bytes: Buffer): AccessList {
  const size = bytes.readUInt16LE(2);
  const count = bytes.readUInt16LE(4);
  if (size < 8 || size > bytes.length) throw malformed('list');
  const entries: AccessEntry[] = [];
  let at = 8;
  for (let index = 0; index < count; index += 1) {
    const length = at + 4 <= size ? bytes.readUInt16LE(at + 2) : 0;
    if (length < 4 || at + length > size) throw malformed('entry');
    entries.push(readEntry(Buffer.from(bytes.subarray(at, at + length))));
    at += length;
  }
  return { revision: bytes[0] ?? 2, entries };
}

function readEntry(bytes: Buffer): AccessEntry {
  const type = bytes[0] ?? 0;
  const base = { type, flags: bytes[1] ?? 0, objectType: null, inheritedObjectType: null, bytes };
  if (!withMask.has(type) || bytes.length < 8) return { ...base, mask: null, sid: null };
  const mask = bytes.readUInt32LE(4);
  if (!withObjectType.has(type)) return { ...base, mask, sid: sidText(bytes, 8) };
  if (bytes.length < 12) throw malformed('object entry');
  const present = bytes.readUInt32LE(8);
  let at = 12;
  const guid = (bit: number) => {
    if ((present & bit) === 0) return null;
    at += 16;
    return guidText(bytes.subarray(at - 16, at));
  };
  const objectType = guid(1);
  const inheritedObjectType = guid(2);
  return { ...base, mask, objectType, inheritedObjectType, sid: sidText(bytes, at) };
}

/** Writes a descriptor: header, audit list, access list, owner, group, as domain controllers do. */
export function writeDescriptor(descriptor: SecurityDescriptor): Buffer {
  const { owner, group, auditList, accessList } = descriptor;
  const parts: readonly (readonly [field: number, bytes: Buffer | null])[] = [
    [12, auditList && writeList(auditList)],
    [16, accessList && writeList(accessList)],
    [4, owner === null ? null : sidBytes(owner)],
    [8, group === null ? null : sidBytes(group)],
  ];
  const header = Buffer.alloc(headerLength);
  header[0] = 1;
  const present = (accessList ? accessListPresent : 0) | (auditList ? auditListPresent : 0);
  header.writeUInt16LE(descriptor.control | selfRelative | present, 2);
  let offset = headerLength;
  for (const [field, bytes] of parts) {
    if (!bytes) continue;
    header.writeUInt32LE(offset, field);
    offset += bytes.length;
  }
  return Buffer.concat([header, ...parts.flatMap(([, bytes]) => (bytes ? [bytes] : []))]);
}

function writeList({ revision, entries }: AccessList): Buffer {
  const header = Buffer.alloc(8);
  header[0] = revision;
  header.writeUInt16LE(8 + entries.reduce((sum, entry) => sum + entry.bytes.length, 0), 2);
  header.writeUInt16LE(entries.length, 4);
  return Buffer.concat([header, ...entries.map((entry) => entry.bytes)]);
}

/** An entry that allows (0) or denies (1) the mask to the SID. Throws directory_name_unfit for text that is no SID. */
export function newEntry(type: 0 | 1, flags: number, mask: number, sid: string): AccessEntry {
  const trustee = sidBytes(sid);
  if (!trustee) throw new DirectoryError('directory_name_unfit', ['that is no SID']);
  const header = Buffer.alloc(8);
  header[0] = type;
  header[1] = flags;
  header.writeUInt16LE(8 + sidLength(trustee, 0), 2);
  header.writeUInt32LE(mask, 4);
  const bytes = Buffer.concat([header, trustee]);
  return { type, flags, mask, objectType: null, inheritedObjectType: null, sid, bytes };
}

/** Text of a GUID in its binary form: the first three parts are little-endian ([MS-DTYP] 2.3.4.2). */
export function guidText(bytes: Uint8Array): string {
  const hex = Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes[at] ?? 0)).toString(
    'hex',
  );
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Binary form of a GUID; null when the text is none. */
export function guidBytes(text: string): Buffer | null {
  const hex = text.replace(/[{}-]/g, '');
  if (!/^[0-9a-f]{32}$/i.test(hex)) return null;
  const swapped = Buffer.from(hex, 'hex');
  return Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => swapped[at] ?? 0));
}
