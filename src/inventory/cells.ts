import { isIP, isIPv6 } from 'node:net';
import { plainDnsName } from './dns-name.ts';

/** One cell read: the value as the inventory keeps it, or what is wrong with it, as the rest of a sentence. */
export type Cell<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

const good = <T>(value: T): Cell<T> => ({ ok: true, value });
const bad = (problem: string): Cell<never> => ({ ok: false, problem });

/** Text for a terminal: quoted, cut, and everything but printable ASCII escaped, so that a cell can't steer the terminal. */
export function quoted(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return JSON.stringify(cut).replace(/[^ -~]/gu, (character) => `\\u{${hex(character)}}`);
}

const hex = (character: string) => (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase();

/** Scripts with letters that can be mistaken for Latin ones. */
const lookAlikes = [
  ['a Cyrillic letter', /\p{Script=Cyrillic}/u],
  ['a Greek letter', /\p{Script=Greek}/u],
  ['an Armenian letter', /\p{Script=Armenian}/u],
  ['a Cherokee letter', /\p{Script=Cherokee}/u],
] as const;

/** A character by its code point, for it may look like another or like nothing. */
function nameOf(character: string): string {
  const script = lookAlikes.find(([, pattern]) => pattern.test(character))?.[0];
  const plain = character.normalize('NFKC');
  const kind =
    script ??
    (/[\p{Cf}\p{Zs}\p{Cc}]/u.test(character) ? 'invisible' : plain === character ? null : `it looks like ${plain}`);
  return `U+${hex(character)}${kind === null ? '' : ` (${kind})`}`;
}

/** Name of a device: 1 to 63 ASCII letters, digits, `-`, `_`, `.`; what people type, so nothing that only looks the same. */
export function readName(text: string): Cell<string> {
  const allowed = '1 to 63 letters a-z, digits, - _ and . are allowed, the first a letter or digit';
  if (text === '') return bad('is missing');
  const foreign = /[^ -~]/u.exec(text)?.[0];
  if (foreign !== undefined) return bad(`${quoted(text)} has ${nameOf(foreign)} in it; ${allowed}`);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)) return bad(`${quoted(text)}: ${allowed}`);
  return text.toLowerCase() === 'all' ? bad('"all" means every device') : good(text);
}

/** A site or group: letters of any one script, digits, `-`, `_`, `.`; kept in NFC. */
export function readWord(text: string): Cell<string> {
  const word = text.normalize('NFC');
  const strange = /[^\p{L}\p{N}\p{M}._-]/u.exec(word)?.[0];
  if (strange !== undefined)
    return bad(`${quoted(text)} has ${nameOf(strange)} in it; letters, digits, - _ and . are allowed`);
  const folded = [...word].find((character) => character.normalize('NFKC') !== character);
  if (folded !== undefined) return bad(`${quoted(text)} has ${nameOf(folded)}`);
  const foreign = [...word].find((character) => lookAlikes.some(([, pattern]) => pattern.test(character)));
  if (foreign !== undefined && /\p{Script=Latin}/u.test(word)) {
    return bad(`${quoted(text)} mixes Latin letters with ${nameOf(foreign)}`);
  }
  return [...word].length <= 63 ? good(word) : bad(`${quoted(text)} is longer than 63 characters`);
}

const label = '(?!-)[a-z0-9_-]{1,63}(?<!-)';

/** A DNS name in lower case, without the dot at its end. */
export function readDnsName(text: string, leastLabels: number): Cell<string> {
  const name = plainDnsName(text);
  const foreign = /[^ -~]/u.exec(text)?.[0];
  if (foreign !== undefined) return bad(`${quoted(text)} has ${nameOf(foreign)} in it; write it in ASCII (punycode)`);
  if (name.length > 253 || !new RegExp(`^(?:${label}\\.){${leastLabels - 1},}${label}$`).test(name)) {
    return bad(`${quoted(text)} is not a${leastLabels > 1 ? ' full' : ''} DNS name`);
  }
  // WHATWG URL, "ends in a number": resolvers read 127.1, 010.0.0.1 and 0x7f.1 as IPv4 addresses.
  const last = name.split('.').at(-1) ?? '';
  return /^(?:\d+|0x[0-9a-f]*)$/.test(last)
    ? bad(`${quoted(text)} is neither an IP address nor a DNS name`)
    : good(name);
}

/** Ranges in which no computer of an inventory lives (IANA special-purpose registries). */
const unusable: readonly (readonly [RegExp, string])[] = [
  [/^(?:0\.|::$)/, 'means no address'],
  [/^(?:22[4-9]|23\d)\.|^ff/i, 'is a multicast address'],
  [/^(?:24\d|25[0-5])\./, 'is reserved or broadcast'],
  [/^169\.254\./, 'is link-local'],
  [/^fe[89ab]/i, 'is link-local'],
  [/%/, 'has a zone'],
  [/^::ffff:/i, 'is an IPv4 address in IPv6 form; write it as IPv4'],
];

/** An IP address or DNS name to connect to, in lower case. */
export function readAddress(text: string): Cell<string> {
  if (isIP(text) === 0) return readDnsName(text, 1);
  const why = unusable.find(([range]) => range.test(text))?.[1];
  if (why !== undefined) return bad(`${quoted(text)} ${why}`);
  return good(isIPv6(text) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text);
}

/** A MAC address as `aa:bb:cc:dd:ee:ff`; `-`, `.` and nothing between the digits are read too. */
export function readMac(text: string): Cell<string> {
  const shaped =
    /^(?:[0-9a-f]{12}|[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})$/i;
  if (!shaped.test(text)) return bad(`${quoted(text)} is not a MAC address such as aa:bb:cc:dd:ee:ff`);
  const pairs =
    text
      .toLowerCase()
      .replace(/[^0-9a-f]/g, '')
      .match(/../g) ?? [];
  const mac = pairs.join(':');
  if (/^(?:00:){5}00$/.test(mac)) return bad(`${quoted(text)} is all zeros`);
  // IEEE 802: the lowest bit of the first byte marks groups and broadcast.
  return Number.parseInt(pairs[0] ?? '', 16) % 2 === 1 ? bad(`${quoted(text)} is a group address`) : good(mac);
}

/** SHA-256 of a certificate: 64 hex digits in lower case; colons, spaces and what openssl writes before it are read too. */
export function readFingerprint(text: string): Cell<string> {
  const digits = text
    .replace(/^\s*(?:sha-?256(?:\s*fingerprint)?\s*[=:]\s*)/i, '')
    .replace(/[:\s]/g, '')
    .toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return good(digits);
  const advice = 'openssl x509 -noout -fingerprint -sha256 -in device.pem';
  if (/^[0-9a-f]{40}$/.test(digits)) return bad(`is a SHA-1 fingerprint; SHA-256 is needed: ${advice}`);
  return bad(`${quoted(text)} is not a SHA-256 fingerprint (64 hex digits): ${advice}`);
}

/** A TCP port. */
export function readPort(text: string): Cell<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? good(port) : bad(`${quoted(text)} is not a port from 1 to 65535`);
}

/** SMBIOS UUID as Windows and dmidecode write it, in lower case; braces and a missing dash are read too. */
export function readUuid(text: string): Cell<string> {
  const digits = text
    .toLowerCase()
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/.test(digits))
    return bad(`${quoted(text)} is not a UUID such as 4c4c4544-0042-3510-8054-b4c04f4e4d32`);
  if (/^(?:0+|f+)$/.test(digits)) return bad(`${quoted(text)} means that there is none; leave it empty`);
  return good(digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
}
