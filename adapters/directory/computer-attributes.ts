import { Attribute } from 'ldapts';
import type { KerberosEncryption } from '../../src/ports/amt/kerberos.ts';

/** Classes of a computer object, from the top ([MS-ADSC]). */
export const computerClasses = ['top', 'person', 'organizationalPerson', 'user', 'computer'] as const;

/** Bits of userAccountControl ([MS-ADTS] 2.2.16). */
export const accountControl = { disabled: 0x2, workstation: 0x1000, passwordNeverExpires: 0x1_0000 } as const;

/** Bits of msDS-SupportedEncryptionTypes ([MS-KILE] 2.2.7). */
const encryptionBits: Readonly<Record<KerberosEncryption, number>> = {
  'rc4-hmac': 0x4,
  'aes128-cts-hmac-sha1-96': 0x8,
  'aes256-cts-hmac-sha1-96': 0x10,
};

/** The encryption types as the directory wants them. */
export function encryptionTypes(encryptions: readonly KerberosEncryption[]): string {
  return String(encryptions.reduce((bits, each) => bits | encryptionBits[each], 0));
}

/** A password as unicodePwd wants it: in quotes, UTF-16LE ([MS-ADTS] 3.1.1.3.1.5.1). */
export function passwordValue(password: string): Buffer {
  return Buffer.from(`"${password}"`, 'utf16le');
}

/** An attribute with its values. */
export function attribute(type: string, values: readonly string[] | Buffer): Attribute {
  return new Attribute({ type, values: Buffer.isBuffer(values) ? [values] : [...values] });
}
