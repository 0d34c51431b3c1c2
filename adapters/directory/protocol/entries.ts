import type { Entry } from 'ldapts';
import { DirectoryError } from '../../../src/ports/directory.ts';

/** Attributes that are binary; the library would read them as text. */
export const binaryAttributes = ['objectSid', 'netbootGUID', 'nTSecurityDescriptor', 'tokenGroups'];

/** Values of an attribute as text; empty when it has none. */
export function texts(entry: Entry, name: string): readonly string[] {
  const value = entry[name];
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return values.map((each) => (typeof each === 'string' ? each : each.toString('utf8'))).filter((each) => each !== '');
}

/** The one value as text; null when there is none. */
export function text(entry: Entry, name: string): string | null {
  return texts(entry, name)[0] ?? null;
}

/** The one value as a whole number; null when there is none. */
export function whole(entry: Entry, name: string): number | null {
  const value = text(entry, name);
  return value !== null && /^-?\d{1,15}$/.test(value) ? Number(value) : null;
}

/** Values of a binary attribute; empty when it has none. */
export function binaries(entry: Entry, name: string): readonly Buffer[] {
  const value = entry[name];
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return values.map((each) => (typeof each === 'string' ? Buffer.from(each) : each)).filter((each) => each.length > 0);
}

/** The one value of a binary attribute; throws directory_protocol when it is missing. */
export function binary(entry: Entry, name: string): Buffer {
  const value = binaries(entry, name)[0];
  if (!value) throw new DirectoryError('directory_protocol', [`${entry.dn} shows no ${name}`]);
  return value;
}

/** Windows file time: 100 ns since 1601 ([MS-DTYP] 2.3.3). Null for 0, "never". */
export function fileTime(value: string | null): Date | null {
  if (value === null || !/^\d{1,19}$/.test(value) || value === '0') return null;
  return new Date(Number(BigInt(value) / 10_000n) - 11_644_473_600_000);
}
