import { tags } from './read.ts';

/** An element: tag octet, length and the parts of its content one after the other. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), ...parts]);
  const hex = length.toString(16);
  const octets = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | octets.length]), octets, ...parts]);
}

/** SEQUENCE. */
export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(tags.sequence, ...parts);

/** Explicit or constructed context tag `[number]`. */
export const context = (number: number, ...parts: readonly Uint8Array[]): Buffer => element(0xa0 | number, ...parts);

/** Implicit primitive context tag `[number]`. */
export const implicit = (number: number, content: Uint8Array): Buffer => element(0x80 | number, content);

/** OBJECT IDENTIFIER from dotted decimals. */
export function oid(dotted: string): Buffer {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  const octets = [first * 40n + second, ...rest].flatMap((arc) => {
    const groups = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.unshift(Number(left & 0x7fn) | 0x80);
    return groups;
  });
  return element(tags.oid, Buffer.from(octets));
}

/** INTEGER of these octets, most significant first; never negative. */
export function integer(value: number | Uint8Array): Buffer {
  const hex = typeof value === 'number' ? value.toString(16) : '';
  const octets = typeof value === 'number' ? Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex') : Buffer.from(value);
  const start = octets.findIndex((octet) => octet !== 0);
  const trimmed = start === -1 ? Buffer.from([0]) : octets.subarray(start);
  return element(tags.integer, ...((trimmed[0] ?? 0) >= 0x80 ? [Buffer.from([0])] : []), trimmed);
}

/** BIT STRING of whole octets, or with `unused` bits at its end. */
export const bitString = (octets: Uint8Array, unused = 0): Buffer =>
  element(tags.bitString, Buffer.from([unused]), octets);

/** OCTET STRING. */
export const octetString = (octets: Uint8Array): Buffer => element(tags.octetString, octets);

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const short = at.getUTCFullYear() >= 1950 && at.getUTCFullYear() < 2050;
  return element(short ? tags.utcTime : tags.generalizedTime, Buffer.from(`${short ? digits.slice(2) : digits}Z`));
}

/** TRUE; what is false is left out in DER. */
export const yes = (): Buffer => element(tags.boolean, Buffer.from([0xff]));

/** An extension of a certificate, a request or a list. */
export const extension = (type: string, value: Uint8Array, critical = false): Buffer =>
  sequence(oid(type), ...(critical ? [yes()] : []), octetString(value));

/** A PEM block. */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
