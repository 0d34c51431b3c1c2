/** One element of DER (X.690): its tag octet, its content and all of its octets. */
export interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly raw: Buffer;
}

/** The octets are not the DER that was expected. */
export class DerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DerError';
  }
}

/** Tag octets of what certificates are made of. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The element that begins at `at`. Throws DerError when it does not fit. */
export function readElement(der: Buffer, at = 0): Element {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined) throw new DerError('it ends too early');
  if ((tag & 0x1f) === 0x1f) throw new DerError('a tag of more than one octet');
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > 4) throw new DerError('a length that DER has not');
    if (start + octets > der.length) throw new DerError('it ends too early');
    length = der.readUIntBE(start, octets);
    start += octets;
  }
  const end = start + length;
  if (end > der.length) throw new DerError('it ends too early');
  return { tag, content: der.subarray(start, end), raw: der.subarray(at, end) };
}

/** The one element that these octets are; nothing may follow it. */
export function readWhole(der: Buffer): Element {
  const element = readElement(der);
  if (element.raw.length !== der.length) throw new DerError('something follows it');
  return element;
}

/** Elements inside a constructed one. Lazily, so that a long revocation list costs no memory. */
export function* elementsOf({ content }: Element): Generator<Element> {
  for (let at = 0; at < content.length; ) {
    const element = readElement(content, at);
    at += element.raw.length;
    yield element;
  }
}

/** All elements inside, each at its place; `tag` of the outer one is demanded. */
export function childrenOf(element: Element, tag: number = tags.sequence): readonly Element[] {
  expectTag(element, tag);
  return [...elementsOf(element)];
}

/** The element, proved to have this tag. */
export function expectTag(element: Element | undefined, tag: number): Element {
  if (element?.tag !== tag)
    throw new DerError(
      `tag ${element === undefined ? 'none' : element.tag.toString(16)} in place of ${tag.toString(16)}`,
    );
  return element;
}

/** An object identifier in dotted decimals. */
export function readOid(element: Element | undefined): string {
  const { content } = expectTag(element, tags.oid);
  if (content.length === 0 || content.length > 64) throw new DerError('an object identifier of unfit length');
  const arcs: bigint[] = [];
  let value = 0n;
  for (const octet of content) {
    value = (value << 7n) | BigInt(octet & 0x7f);
    if (octet < 0x80) {
      arcs.push(value);
      value = 0n;
    }
  }
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

/** A point in time: UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 allows them. */
export function readTime(element: Element): Date {
  const text = element.content.toString('latin1');
  const long = element.tag === tags.generalizedTime;
  if (!long && element.tag !== tags.utcTime) throw new DerError('no time');
  const parts = (long ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/).exec(
    text,
  );
  if (!parts) throw new DerError('a time of unknown form');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const fullYear = long ? year : year < 50 ? 2000 + year : 1900 + year;
  return new Date(Date.UTC(fullYear, month - 1, day, hour, minute, second));
}

/** Text of any of the string types of a name. */
export function readText({ tag, content }: Element): string {
  if (tag === 0x1e)
    return Buffer.from(content.subarray(0, content.length & ~1))
      .swap16()
      .toString('utf16le');
  return content.toString(tag === tags.utf8String ? 'utf8' : 'latin1');
}

/** A number in hexadecimal capitals without leading zeros, as OpenSSL and Node.js write serial numbers. */
export function readSerial(element: Element | undefined): string {
  const digits = expectTag(element, tags.integer).content.toString('hex').toUpperCase().replace(/^0+/, '');
  return digits === '' ? '0' : digits;
}
