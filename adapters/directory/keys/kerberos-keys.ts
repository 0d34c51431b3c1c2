import { createCipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { md4 } from './md4.ts';

const derive = promisify(pbkdf2);

/** Rounds of PBKDF2 that domain controllers use for AES keys (RFC 3962, section 4; [MS-KILE] 3.1.1.2). */
export const keyIterations = 4_096;

/** "kerberos" folded to 128 bits, as RFC 3961 appendix A.1 gives it. */
const folded = Buffer.from('6b65726265726f737b9b5b2b93132b93', 'hex');

/**
 * Salt of a computer account: realm in capitals, "host", account name in small letters without `$`, a dot, realm in small letters
 * ([MS-KILE] 3.1.1.2).
 */
export function computerSalt(realm: string, accountName: string): string {
  return `${realm.toUpperCase()}host${accountName.replace(/\$$/, '').toLowerCase()}.${realm.toLowerCase()}`;
}

/** AES key of a password (string-to-key of RFC 3962). */
export async function aesKey(
  password: string,
  salt: string,
  bits: 128 | 256,
  iterations = keyIterations,
): Promise<Buffer> {
  const seed = await derive(password, salt, iterations, bits / 8, 'sha1');
  const blocks: Buffer[] = [];
  let block = folded;
  for (let length = 0; length < bits / 8; length += 16) {
    const cipher = createCipheriv(`aes-${bits}-ecb`, seed, null).setAutoPadding(false);
    block = Buffer.concat([cipher.update(block), cipher.final()]);
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}

/** RC4-HMAC key of a password (RFC 4757, section 2): no salt. */
export function rc4Key(password: string): Buffer {
  return md4(Buffer.from(password, 'utf16le'));
}
