import { hash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';

/** Block and digest sizes in octets of the hashes that PKCS#12 knows. */
const sizes = { sha1: [64, 20], sha224: [64, 28], sha256: [64, 32], sha384: [128, 48], sha512: [128, 64] } as const;

/** A hash that PKCS#12 files are made with. */
export type Pkcs12Hash = keyof typeof sizes;

/** Length of the digest in octets. */
export const digestBytes = (kind: Pkcs12Hash): number => sizes[kind][1];

/** What the derived octets are for (RFC 7292, B.3). */
export const purposes = { key: 1, iv: 2, mac: 3 } as const;

const breathEvery = 20_000;

/** Key derivation of PKCS#12 (RFC 7292, appendix B.2). `password` is UTF-16 big-endian with its ending zero. Lets others run between. */
export async function derivePkcs12(
  kind: Pkcs12Hash,
  password: Buffer,
  salt: Buffer,
  purpose: (typeof purposes)[keyof typeof purposes],
  iterations: number,
  bytes: number,
): Promise<Buffer> {
  const [block, digest] = sizes[kind];
  const diversifier = Buffer.alloc(block, purpose);
  const filled = Buffer.concat([repeat(salt, block), repeat(password, block)]);
  const parts: Buffer[] = [];
  for (let made = 0; made < bytes; made += digest) {
    let current: Buffer = hash(kind, Buffer.concat([diversifier, filled]), 'buffer');
    for (let round = 1; round < iterations; round += 1) {
      current = hash(kind, current, 'buffer');
      if (round % breathEvery === 0) await breathe();
    }
    parts.push(current);
    addToEach(filled, repeat(current, block).subarray(0, block), block);
  }
  return Buffer.concat(parts).subarray(0, bytes);
}

/** The octets again and again, to a whole number of blocks; none stay none. */
function repeat(octets: Buffer, block: number): Buffer {
  return Buffer.alloc(Math.ceil(octets.length / block) * block, octets);
}

/** Each block of `target` becomes itself + `addend` + 1, modulo its size. */
function addToEach(target: Buffer, addend: Buffer, block: number): void {
  for (let start = 0; start < target.length; start += block) {
    let carry = 1;
    for (let at = block - 1; at >= 0; at -= 1) {
      const sum = (target[start + at] ?? 0) + (addend[at] ?? 0) + carry;
      target[start + at] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}
