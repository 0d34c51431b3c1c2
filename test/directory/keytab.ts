import { type KerberosEncryption, kerberosEncryptions } from '../../src/ports/amt/kerberos.ts';

/** Encryption type numbers (RFC 3962, RFC 4757), in the order of `kerberosEncryptions`. */
const numbers = [23, 17, 18];

/** A keytab file with one key (MIT krb5, file format 0x0502). */
export function keytab(
  principal: string,
  realm: string,
  kvno: number,
  encryption: KerberosEncryption,
  key: Uint8Array,
): Buffer {
  const u8 = (value: number) => Buffer.from([value]);
  const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
  const u32 = (value: number) => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);
  const counted = (value: string | Uint8Array) => Buffer.concat([u16(Buffer.from(value).length), Buffer.from(value)]);
  const parts = principal.split('/');
  const entry = Buffer.concat([
    u16(parts.length),
    counted(realm),
    ...parts.map(counted),
    u32(1),
    u32(0),
    u8(kvno),
    u16(numbers[kerberosEncryptions.indexOf(encryption)] ?? 0),
    counted(key),
    u32(kvno),
  ]);
  return Buffer.concat([u16(0x0502), u32(entry.length), entry]);
}
