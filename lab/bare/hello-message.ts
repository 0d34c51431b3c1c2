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

/** Eight letters and digits, made from the UUID. */
const pidOf = (device: Device): string => device.uuid.slice(0, 8).toUpperCase();
