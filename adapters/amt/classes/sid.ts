/**
 * Windows security identifiers between their two forms ([MS-DTYP] 2.4.2): one byte revision, one byte count, six bytes
 * authority (big-endian), then the sub-authorities, four bytes each (little-endian).
 */
const form = /^S-1-(\d{1,15})((?:-\d{1,10}){1,15})$/;

/** `S-1-5-21-...` of the bytes; null when they are no SID. */
export function sidText(bytes: Uint8Array): string | null {
  const count = bytes[1] ?? 0;
  if (bytes[0] !== 1 || count > 15 || bytes.length !== 8 + 4 * count) return null;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = Array.from({ length: count }, (_, index) => view.readUInt32LE(8 + 4 * index));
  return ['S-1', view.readUIntBE(2, 6), ...parts].join('-');
}

/** The bytes of `S-1-5-21-...`; null when the text is no SID. */
export function sidBytes(text: string): Buffer | null {
  const found = form.exec(text);
  if (found === null) return null;
  const authority = Number(found[1]);
  const parts = (found[2] ?? '').slice(1).split('-').map(Number);
  if (authority >= 2 ** 48 || parts.some((part) => part > 0xffff_ffff)) return null;
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes[0] = 1;
  bytes[1] = parts.length;
  bytes.writeUIntBE(authority, 2, 6);
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + 4 * index);
  return bytes;
}

/** The SID of a user of a domain: the domain's SID with the user's relative id behind it; as hex when the bytes are no SID. */
export function userSid(domain: Uint8Array, relativeId: number): string {
  const text = sidText(domain);
  return text === null ? `0x${Buffer.from(domain).toString('hex')}-${relativeId}` : `${text}-${relativeId}`;
}
