/** What a reply to an SNTP question means. Times are milliseconds since 1970. */
export type TimeReply =
  | { readonly kind: 'time'; readonly receivedMs: number; readonly sentMs: number; readonly stratum: number }
  | { readonly kind: 'unsynchronised' }
  | { readonly kind: 'turned_away'; readonly code: string }
  /** No answer to our question, or against RFC 4330. */
  | { readonly kind: 'foreign' };

/** Bytes of a message without authentication (RFC 4330, 4). */
const messageBytes = 48;
/** One with extension fields; more is not waited for. */
const longestBytes = 1_024;
/** From 1900 to 1970. */
const epochSeconds = 2_208_988_800;
const eraSeconds = 2 ** 32;

/** A question, version 4, mode client. `nonce`: 8 random bytes in the place of our time, which the server sends back and need not know. */
export function encodeTimeQuestion(nonce: Uint8Array): Buffer {
  const bytes = Buffer.alloc(messageBytes);
  bytes[0] = (4 << 3) | 3;
  bytes.set(nonce, 40);
  return bytes;
}

/** An NTP timestamp; with its first bit 0 it lies in the era that begins on 7 February 2036 (RFC 4330, 3). */
function timeAt(bytes: Buffer, at: number): number {
  const seconds = bytes.readUInt32BE(at);
  const era = seconds < 2 ** 31 ? eraSeconds : 0;
  return (seconds + era - epochSeconds) * 1_000 + (bytes.readUInt32BE(at + 4) / 2 ** 32) * 1_000;
}

/** Reads a reply to the question with this nonce. */
export function decodeTimeReply(bytes: Buffer, nonce: Uint8Array): TimeReply {
  if (bytes.length < messageBytes || bytes.length > longestBytes) return { kind: 'foreign' };
  const first = bytes[0] ?? 0;
  const version = (first >> 3) & 7;
  if ((first & 7) !== 4 || version < 1 || version > 4) return { kind: 'foreign' };
  if (!bytes.subarray(24, 32).equals(nonce)) return { kind: 'foreign' };
  const stratum = bytes[1] ?? 0;
  if (stratum === 0) {
    const code = bytes.toString('latin1', 12, 16);
    return { kind: 'turned_away', code: /^[A-Z0-9]{4}$/.test(code) ? code : 'no code' };
  }
  if (stratum > 15 || first >> 6 === 3) return { kind: 'unsynchronised' };
  if (bytes.readBigUInt64BE(40) === 0n) return { kind: 'foreign' };
  return { kind: 'time', receivedMs: timeAt(bytes, 32), sentMs: timeAt(bytes, 40), stratum };
}
