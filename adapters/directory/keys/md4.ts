/**
 * MD4 (RFC 1320). Only for the RC4-HMAC key of a computer account, which is the MD4 hash of its password (RFC 4757): the TLS
 * library of Node.js no longer has it.
 */
export function md4(message: Uint8Array): Buffer {
  const padded = Buffer.alloc((((message.length + 8) >> 6) + 1) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  padded.writeUInt32LE((message.length * 8) >>> 0, padded.length - 8);
  let state: Words = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
  for (let at = 0; at < padded.length; at += 64) {
    const words = Array.from({ length: 16 }, (_, index) => padded.readUInt32LE(at + 4 * index));
    const after = rounds.reduce((held, round) => turn(held, words, round), state);
    state = [sum(state[0], after[0]), sum(state[1], after[1]), sum(state[2], after[2]), sum(state[3], after[3])];
  }
  const digest = Buffer.alloc(16);
  for (const [index, word] of state.entries()) digest.writeUInt32LE(word, 4 * index);
  return digest;
}

type Words = readonly [number, number, number, number];

interface Round {
  readonly mix: (x: number, y: number, z: number) => number;
  readonly constant: number;
  readonly order: readonly number[];
  readonly shifts: readonly [number, number, number, number];
}

const rounds: readonly Round[] = [
  {
    mix: (x, y, z) => (x & y) | (~x & z),
    constant: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
  },
  {
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
    constant: 0x5a82_7999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
  },
  {
    mix: (x, y, z) => x ^ y ^ z,
    constant: 0x6ed9_eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
  },
];

function turn(held: Words, words: readonly number[], { mix, constant, order, shifts }: Round): Words {
  return order.reduce<Words>(([a, b, c, d], word, step) => {
    const value = sum(sum(a, mix(b, c, d)), sum(words[word] ?? 0, constant));
    const shift = shifts[step % 4] ?? 0;
    return [d, ((value << shift) | (value >>> (32 - shift))) >>> 0, b, c];
  }, held);
}

const sum = (a: number, b: number) => (a + b) >>> 0;
