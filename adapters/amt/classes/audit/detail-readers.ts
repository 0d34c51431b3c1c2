import { powerPackageName } from '../settings/power-packages.ts';
import { userSid } from '../sid.ts';
import type { ByteReader } from './byte-reader.ts';

/** One fact of a record's extended data. */
export interface Detail {
  readonly label: string;
  readonly value: string;
}

/** Reads the extended data of one event; what it leaves unread is shown as hex. */
export type DetailReader = (reader: ByteReader) => readonly Detail[];

type Names = Readonly<Record<number, string>>;

/** The name of a value; an unknown one with its number. */
export const named = (names: Names, value: number): string => names[value] ?? `unknown (${value})`;
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const yesNo = (value: number): string => (value === 0 ? 'no' : 'yes');

/** One byte that stands for a name. */
export const byteNamed =
  (label: string, names: Names): DetailReader =>
  (reader) => [{ label, value: named(names, reader.number(1)) }];

/** A whole number of so many bytes. */
export const plainNumber =
  (label: string, bytes: 1 | 2 | 4): DetailReader =>
  (reader) => [{ label, value: String(reader.number(bytes)) }];

/** Text with its length before it. */
export const lengthAndText =
  (label: string): DetailReader =>
  (reader) => [{ label, value: reader.text() }];

/** Serial number of a certificate: all there is. */
export const serialNumber: DetailReader = (reader) => [{ label: 'certificate serial', value: hex(reader.rest()) }];

/** Several readers one after the other. */
export const inTurn =
  (...readers: readonly DetailReader[]): DetailReader =>
  (reader) =>
    readers.flatMap((read) => read(reader));

/** An entry of the access control list: type, then a user name, or a relative id and the domain's SID. */
export const account: DetailReader = (reader) => {
  const type = reader.number(1);
  if (type === 0) return [{ label: 'user', value: reader.text() }];
  if (type !== 1) return [{ label: 'account type', value: String(type) }];
  const relativeId = reader.number(4);
  return [{ label: 'user', value: userSid(reader.bytes(reader.number(1)), relativeId) }];
};

const ipv4 = (bytes: Uint8Array): string => [...bytes].join('.');

/** So many IPv4 addresses. */
export const ipv4Addresses =
  (...labels: readonly string[]): DetailReader =>
  (reader) =>
    reader.left < 4 * labels.length ? [] : labels.map((label) => ({ label, value: ipv4(reader.bytes(4)) }));

function ipv6(bytes: Uint8Array): string {
  const groups = hex(bytes).match(/..../g) ?? [];
  return groups.map((group) => group.replace(/^0{1,3}/, '')).join(':');
}

/** So many IPv6 addresses. */
export const ipv6Addresses =
  (...labels: readonly string[]): DetailReader =>
  (reader) =>
    reader.left < 16 * labels.length ? [] : labels.map((label) => ({ label, value: ipv6(reader.bytes(16)) }));

/** A network interface by its number. */
export const networkInterface: DetailReader = (reader) => [
  { label: 'interface', value: named({ 0: 'wired', 1: 'wireless' }, reader.number(4)) },
];

/** Major, minor, hotfix and build, two bytes each. */
export const version =
  (label: string): DetailReader =>
  (reader) => [{ label, value: [0, 0, 0, 0].map(() => reader.number(2)).join('.') }];

/** The GUID of a power package. */
export const powerPackage: DetailReader = (reader) => [
  { label: 'power package', value: powerPackageName(hex(reader.bytes(16))) },
];
