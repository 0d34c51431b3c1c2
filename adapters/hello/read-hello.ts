import type { Hello, RootHash } from '../../src/ports/hello/hello.ts';

/** What is wrong with bytes that are no hello. */
export type HelloFault = 'unknown_version' | 'bad_flag' | 'bad_pid' | 'bad_hash' | 'too_many_hashes';

/** What bytes mean so far. `least`: it can't be complete with fewer. */
export type HelloReading =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'incomplete'; readonly least: number }
  | { readonly kind: 'fault'; readonly fault: HelloFault };

/** Flag, version, retries and UUID. */
const headLength = 24;
const pidLength = 8;
/** Firmware announces two dozen; those typed into MEBx come on top. */
const mostHashes = 100;
/** Type number of each hash, and its length in bytes. */
const hashKinds = new Map<number, { readonly kind: RootHash['kind']; readonly length: number }>([
  [1, { kind: 'sha1', length: 20 }],
  [2, { kind: 'sha256', length: 32 }],
  [3, { kind: 'sha384', length: 48 }],
]);

const fault = (of: HelloFault): HelloReading => ({ kind: 'fault', fault: of });

/**
 * Reads a hello message, little-endian: u16 whether credentials are set, u16 version, u32 retries, 16 bytes UUID; in version 2 eight
 * characters of PID; in version 3 a count of hashes, each with type and length. Intel AMT Implementation and Reference Guide, "Hello
 * Message"; recorded messages in MeshCentral. What follows a whole message is not looked at. Any bytes
 * have a meaning, and reading takes time in proportion to them. Pure.
 */
export function readHello(bytes: Buffer): HelloReading {
  if (bytes.length < headLength) return { kind: 'incomplete', least: headLength };
  const flag = bytes.readUInt16LE(0);
  const version = bytes.readUInt16LE(2);
  if (version !== 2 && version !== 3) return fault('unknown_version');
  if (flag > 1) return fault('bad_flag');
  const head = {
    uuid: uuidIn(bytes.subarray(8, headLength)),
    credentialsSet: flag === 1,
    retries: bytes.readUInt32LE(4),
  };
  if (version === 3) return readRoots(bytes, head);
  const end = headLength + pidLength;
  if (bytes.length < end) return { kind: 'incomplete', least: end };
  const pid = bytes.toString('latin1', headLength, end);
  if (!/^[0-9A-Za-z]{8}$/.test(pid)) return fault('bad_pid');
  return { kind: 'hello', hello: { ...head, version, pid, roots: [] } };
}

function readRoots(bytes: Buffer, head: Pick<Hello, 'uuid' | 'credentialsSet' | 'retries'>): HelloReading {
  const count = bytes[headLength];
  if (count === undefined) return { kind: 'incomplete', least: headLength + 1 };
  if (count > mostHashes) return fault('too_many_hashes');
  const roots: RootHash[] = [];
  let at = headLength + 1;
  for (let index = 0; index < count; index += 1) {
    const [type, length] = [bytes[at], bytes[at + 1]];
    if (type === undefined || length === undefined) return { kind: 'incomplete', least: at + 2 };
    const known = hashKinds.get(type);
    if (known?.length !== length) return fault('bad_hash');
    const end = at + 2 + length;
    if (bytes.length < end) return { kind: 'incomplete', least: end };
    roots.push({ kind: known.kind, hex: bytes.toString('hex', at + 2, end) });
    at = end;
  }
  return { kind: 'hello', hello: { ...head, version: 3, pid: null, roots } };
}

/** SMBIOS (DMTF DSP0134, 7.2.1) keeps the first three groups little-endian. */
function uuidIn(bytes: Buffer): string {
  const group = (from: number, to: number) => bytes.toString('hex', from, to);
  const turned = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).reverse().toString('hex');
  return [turned(0, 4), turned(4, 6), turned(6, 8), group(8, 10), group(10, 16)].join('-');
}
