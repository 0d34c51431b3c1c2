import { DirectoryError } from '../../../src/ports/directory.ts';

/** Bytes of the SID that starts at `offset`, as text `S-1-5-21-...` ([MS-DTYP] 2.4.2.2). Throws directory_protocol when cut short. */
export function sidText(bytes: Uint8Array, offset = 0): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(offset);
  const count = view[1] ?? 0;
  if (view.length < 8 || view[0] !== 1 || count > 15 || view.length < 8 + 4 * count)
    throw new DirectoryError('directory_protocol', ['a SID is malformed']);
  const parts = Array.from({ length: count }, (_, at) => view.readUInt32LE(8 + 4 * at));
  return ['S', 1, view.readUIntBE(2, 6), ...parts].join('-');
}

/** Length in bytes of the SID that starts at `offset`. */
export function sidLength(bytes: Uint8Array, offset: number): number {
  return 8 + 4 * (bytes[offset + 1] ?? 0);
}

/** A SID in text form as bytes; null when the text is no SID. */
export function sidBytes(text: string): Buffer | null {
  const match = /^S-1-(\d{1,15})((?:-\d{1,10}){0,15})$/.exec(text);
  if (!match) return null;
  const authority = Number(match[1]);
  const parts = (match[2] ?? '').split('-').slice(1).map(Number);
  if (authority > 0xffff_ffff_ffff || parts.some((part) => part > 0xffff_ffff)) return null;
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes[0] = 1;
  bytes[1] = parts.length;
  bytes.writeUIntBE(authority, 2, 6);
  for (const [at, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + 4 * at);
  return bytes;
}
