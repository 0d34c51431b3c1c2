/** ASN.1 in distinguished encoding (ITU-T X.690), as far as an X.509 certificate needs it. */

/** One element: tag, length, content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

export const sequence = (...content: readonly Uint8Array[]): Buffer => der(0x30, ...content);
export const set = (...content: readonly Uint8Array[]): Buffer => der(0x31, ...content);
export const octets = (content: Uint8Array): Buffer => der(0x04, content);
export const bits = (content: Uint8Array): Buffer => der(0x03, Buffer.from([0]), content);
export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text, 'utf8'));
export const boolean = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 255 : 0]));

/** A positive integer from its bytes, big-endian. */
export function integer(bytes: Uint8Array): Buffer {
  const head = bytes[0] ?? 0;
  return head >= 128 ? der(0x02, Buffer.from([0]), bytes) : der(0x02, bytes);
}

/** An object identifier from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 127];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

/** UTCTime up to 2049; null: one of zeros. */
export function utcTime(when: Date | null): Buffer {
  const digits = when ? when.toISOString().slice(2, 19).replace(/[-T:]/g, '') : '0'.repeat(12);
  return der(0x17, Buffer.from(`${digits}Z`, 'latin1'));
}
