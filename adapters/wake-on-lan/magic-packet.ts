import { WakeError } from '../../src/ports/network/wake-on-lan.ts';

const macLength = 6;
const repeats = 16;
const passwordLengths = [0, 4, 6];

/**
 * The magic packet for a PC: six bytes FF, sixteen times its MAC address, then its SecureOn password of 4 or 6 bytes when it has
 * one. Source: AMD, "Magic Packet Technology" white paper, publication 20213; SecureOn as network controllers that have it read it
 * (4 bytes as an IPv4 address, 6 as a MAC address). Throws WakeError `bad_address`.
 */
export function magicPacket(mac: string, secureOn: Uint8Array | null): Buffer {
  const address = macBytes(mac);
  const password = Buffer.from(secureOn ?? []);
  if (!passwordLengths.includes(password.length))
    throw new WakeError('bad_address', [`a SecureOn password has 4 or 6 bytes, not ${password.length}`]);
  return Buffer.concat([Buffer.alloc(macLength, 0xff), ...Array.from({ length: repeats }, () => address), password]);
}

function macBytes(mac: string): Buffer {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(mac)) throw new WakeError('bad_address', ['that is no MAC address']);
  const bytes = Buffer.from(mac.replaceAll(/[:-]/g, ''), 'hex');
  // The lowest bit of the first byte marks a group: no single PC listens to that.
  if (((bytes[0] ?? 0) & 1) === 1)
    throw new WakeError('bad_address', [`${mac} is the address of a group, not of a PC`]);
  return bytes;
}
