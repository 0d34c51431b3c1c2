import { createHash } from 'node:crypto';

/** The UUID in helloBytes, as dmidecode prints it. */
export const sampleUuid = '4c4c4544-0042-3510-8054-b4c04f4e4d32';

/** The same as it lies in firmware: the first three groups turned (SMBIOS, DMTF DSP0134, 7.2.1). */
const uuidBytes = Buffer.from('44454c4c420010358054b4c04f4e4d32', 'hex');

/**
 * A hello of version 3, laid out like those that MeshCentral recorded of real PCs: flag 1, SHA-256 hashes alone, 25 + 34 n bytes
 * for n roots; 23 and 24 of them were seen.
 */
export function helloBytes(roots = 23, retries = 0): Buffer {
  const head = Buffer.from('0100030000000000', 'hex');
  head.writeUInt32LE(retries, 4);
  const hashes = Array.from({ length: roots }, (_, index) =>
    Buffer.concat([Buffer.from([2, 32]), createHash('sha256').update(`root ${index}`).digest()]),
  );
  return Buffer.concat([head, uuidBytes, Buffer.from([roots]), ...hashes]);
}
