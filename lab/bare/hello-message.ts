import { createHash } from 'node:crypto';
import type { Device } from '../device.ts';
import type { Factory } from './factory.ts';

/**
 * A hello message, little-endian: whether administrator credentials are set, version, retries, UUID; with PSK the PID
 * after that, with certificates the hashes of the trusted roots. Layout: Intel AMT Implementation and Reference Guide
 * `[guide]`, and recorded messages of version 3 `[capture]`.
 */
export function helloMessage(device: Device, factory: Factory, retries: number): Buffer {
  const head = Buffer.alloc(8);
  // Always 1 in the recorded ones. [capture]
  head.writeUInt16LE(1, 0);
  head.writeUInt16LE(factory.helloVersion, 2);
  head.writeUInt32LE(retries, 4);
  const start = [head, Buffer.from(device.uuid, 'hex')];
  if (factory.helloVersion === 2) return Buffer.concat([...start, Buffer.from(pidOf(device), 'ascii')]);
  const hashes = factory.trustedHashes.map(({ type, hash }) => Buffer.concat([Buffer.from([type, hash.length]), hash]));
  return Buffer.concat([...start, Buffer.from([hashes.length]), ...hashes]);
}

/** Eight letters and digits: those that were typed into MEBx, else made from the UUID. */
export const pidOf = ({ factory, uuid }: Device): string => factory?.key?.pid ?? uuid.slice(0, 8).toUpperCase();

/** Its key: 32 letters and digits. Intel Technology Journal 12-4, "Configuring Intel Active Management Technology" `[guide]` */
export const ppsOf = ({ factory, uuid }: Device): string =>
  factory?.key?.pps ?? createHash('sha256').update(`${uuid}/pps`).digest('hex').slice(0, 32).toUpperCase();
