import type { DhcpReply } from '../../../src/ports/network/site-probes.ts';

/** What one DHCPINFORM says of us. */
export interface Inform {
  /** Transaction id, 32 bits. */
  readonly id: number;
  /** Our IPv4 address. */
  readonly address: string;
  /** Our hardware address, 6 bytes. */
  readonly hardware: Uint8Array;
  /** What this machine calls itself. */
  readonly hostName: string;
}

/** RFC 2131, figure 1 and 3. */
const headerBytes = 236;
const cookie = 0x63_82_53_63;
const ethernet = 1;
/** What we say that we take (option 57): no reply is longer than a frame. */
const longestBytes = 1_500;
/** RFC 4702, 2.1: the name is in DNS form; the server is to change no DNS record. */
const asDnsName = 0x04;
const noUpdate = 0x08;

const option = { domain: 15, dns: 6, overload: 52, type: 53, server: 54, wanted: 55, size: 57, client: 61, name: 81 };
const acknowledge = 5;
const inform = 8;

/** The bytes of a DHCPINFORM (RFC 2131, 4.4.3) that asks for options 6, 15 and 81. */
export function encodeInform({ id, address, hardware, hostName }: Inform): Buffer {
  const head = Buffer.alloc(headerBytes + 4);
  head.set([1, ethernet, hardware.length, 0]);
  head.writeUInt32BE(id, 4);
  head.set(address.split('.').map(Number), 12);
  head.set(hardware, 28);
  head.writeUInt32BE(cookie, headerBytes);
  const labels = hostName
    .split('.')
    .slice(0, 1)
    .map((label) => label.replaceAll(/[^\w-]/g, '').slice(0, 63))
    .filter((label) => label !== '')
    .flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]);
  return Buffer.concat([
    head,
    Buffer.from([option.type, 1, inform]),
    Buffer.from([option.client, 1 + hardware.length, ethernet, ...hardware]),
    Buffer.from([option.wanted, 3, option.dns, option.domain, option.name]),
    Buffer.from([option.size, 2, longestBytes >> 8, longestBytes & 0xff]),
    Buffer.from([option.name, 3 + labels.length, asDnsName | noUpdate, 0, 0, ...labels]),
    Buffer.from([255]),
  ]);
}

/** The options of a field, repeated ones joined (RFC 3396); null when one reaches beyond the field. */
function readOptions(field: Buffer, into: Map<number, Buffer>): boolean {
  for (let at = 0; at < field.length; ) {
    const code = field[at] ?? 255;
    if (code === 255) return true;
    if (code === 0) {
      at += 1;
      continue;
    }
    const length = field[at + 1];
    if (length === undefined || at + 2 + length > field.length) return false;
    into.set(code, Buffer.concat([into.get(code) ?? Buffer.alloc(0), field.subarray(at + 2, at + 2 + length)]));
    at += 2 + length;
  }
  return true;
}

const isAnswerTo = (bytes: Buffer, { id, hardware }: Inform): boolean =>
  bytes.length > headerBytes + 4 &&
  bytes.length <= longestBytes &&
  bytes[0] === 2 &&
  bytes[1] === ethernet &&
  bytes[2] === hardware.length &&
  bytes.readUInt32BE(4) === id &&
  bytes.subarray(28, 28 + hardware.length).equals(hardware) &&
  bytes.readUInt32BE(headerBytes) === cookie;

const addressAt = (bytes: Buffer, at: number) => [...bytes.subarray(at, at + 4)].join('.');

/** A domain name as it may be shown; null for anything else, such as control characters. */
function domainOf(bytes: Buffer | undefined): string | null {
  const text = bytes?.toString('latin1').replace(/\0+$/, '').replace(/\.$/, '').toLowerCase() ?? '';
  return /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(text) && text.length <= 253 ? text : null;
}

/**
 * What a DHCPACK to our DHCPINFORM says; null when the bytes are none, are not to us, or break a rule of RFC 2131 or 2132. `from`: where
 * the datagram came from.
 */
export function decodeReply(bytes: Buffer, question: Inform, from: string): DhcpReply | null {
  if (!isAnswerTo(bytes, question)) return null;
  const found = new Map<number, Buffer>();
  if (!readOptions(bytes.subarray(headerBytes + 4), found)) return null;
  // Options may go on in the fields for a file and a server name (RFC 2132, 9.3).
  const overload = found.get(option.overload)?.[0] ?? 0;
  if (overload & 1 && !readOptions(bytes.subarray(108, 236), found)) return null;
  if (overload & 2 && !readOptions(bytes.subarray(44, 108), found)) return null;
  const type = found.get(option.type);
  if (type?.length !== 1 || type[0] !== acknowledge) return null;
  const dns = found.get(option.dns) ?? Buffer.alloc(0);
  if (dns.length % 4 !== 0) return null;
  const server = found.get(option.server);
  if (server && server.length !== 4) return null;
  const name = found.get(option.name);
  return {
    server: server ? addressAt(server, 0) : from,
    dnsServers: Array.from({ length: dns.length / 4 }, (_, index) => addressAt(dns, index * 4)),
    domainName: domainOf(found.get(option.domain)),
    clientNameFlags: name && name.length >= 3 ? (name[0] ?? 0) : null,
  };
}
