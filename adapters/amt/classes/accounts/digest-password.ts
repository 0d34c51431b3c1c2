import { createHash } from 'node:crypto';
import { AmtError } from '../../../../src/ports/amt.ts';
import type { Device } from '../device.ts';
import { generalSettingsClass } from '../settings/definitions.ts';

/** Makes what AMT stores of a password: MD5(user:realm:password) (RFC 7616, HA1). The device's realm is asked for once. */
export function createDigestPassword(device: Device): (user: string, password: string) => Promise<Buffer> {
  let realm: string | null = null;
  return async (user, password) => {
    realm ??= (await device.get(generalSettingsClass)).values.DigestRealm ?? null;
    if (realm === null) throw new AmtError('protocol_error', ['the device does not tell its digest realm']);
    return createHash('md5').update(`${user}:${realm}:${password}`).digest();
  };
}
