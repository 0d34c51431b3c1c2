/** Reads big-endian fields one after the other; null once when the bytes end too early, and ever after. */
export interface ByteReader {
  /** Bytes that have not been read. */
  readonly left: number;
  /** False after a read beyond the end. */
  readonly intact: boolean;
  number(bytes: 1 | 2 | 4): number;
  bytes(count: number): Buffer;
  /** Text with a length byte before it. */
  text(): string;
  rest(): Buffer;
}

/** Text of the firmware: ASCII in practice, UTF-8 at most. AMT 4.0 counts a trailing NUL in. */
function plainText(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\0+$/, '');
}

/** Makes a reader. Reading beyond the end gives zeros and empty bytes and makes `intact` false; it never throws. */
export function createByteReader(source: Uint8Array): ByteReader {
  const view = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let at = 0;
  let intact = true;

  function bytes(count: number): Buffer {
    if (!intact || at + count > view.length) {
      intact = false;
      return Buffer.alloc(0);
    }
    at += count;
    return view.subarray(at - count, at);
  }

  return {
    get left() {
      return intact ? view.length - at : 0;
    },
    get intact() {
      return intact;
    },
    number(count) {
      const found = bytes(count);
      return found.length === count ? found.readUIntBE(0, count) : 0;
    },
    bytes,
    text() {
      const [length = 0] = bytes(1);
      return plainText(bytes(length));
    },
    rest: () => bytes(intact ? view.length - at : 0),
  };
}
