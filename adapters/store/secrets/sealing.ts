import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { StoreError } from '../store-error.ts';

/** Where the key comes from: 32 bytes in base64, given as a value (from `variable`, default OOB_SECRET_KEY) or in a file. */
export type KeySource = { readonly key: string; readonly variable?: string } | { readonly keyFile: string };

const base64 = z.base64();

/** What is kept of a value that was sealed, each part in base64. */
export const sealedSchema = z.object({ nonce: base64, ciphertext: base64, tag: base64 });

/** As in `sealedSchema`. */
export type Sealed = z.infer<typeof sealedSchema>;

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
/** NIST SP 800-38D section 8.2: 96-bit nonces, random, one per encryption. */
const nonceBytes = 12;
const tagBytes = 16;

/** Reads the key. Rejects with ERR_SECRET_KEY when it is missing or malformed. */
export async function readSealingKey(source: KeySource): Promise<Buffer> {
  const where = 'keyFile' in source ? source.keyFile : (source.variable ?? 'OOB_SECRET_KEY');
  const text =
    'key' in source
      ? source.key
      : await readFile(source.keyFile, 'utf8').catch((cause: unknown) => {
          throw new StoreError('ERR_SECRET_KEY', `The key file ${source.keyFile} can't be read.`, { cause });
        });
  const parsed = base64.safeParse(text.trim());
  const key = Buffer.from(parsed.success ? parsed.data : '', 'base64');
  if (key.length !== keyBytes)
    throw new StoreError(
      'ERR_SECRET_KEY',
      `${where} must hold ${keyBytes} bytes in base64. Make one: openssl rand -base64 32`,
    );
  return key;
}

/** Encrypts a value and authenticates `boundTo` with it, so that sealed values can't be swapped. */
export function seal(key: Buffer, boundTo: string, value: string): Sealed {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(boundTo, 'utf8'));
  const ciphertext = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

/** The value. Throws ERR_SECRET_KEY with the sentence `refusal` when it was sealed with another key or for something else, or was changed. */
export function unseal(key: Buffer, boundTo: string, sealed: Sealed, refusal: string): string {
  try {
    const decipher = createDecipheriv(algorithm, key, Buffer.from(sealed.nonce, 'base64'), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(boundTo, 'utf8'));
    decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
    const start = decipher.update(Buffer.from(sealed.ciphertext, 'base64'));
    return Buffer.concat([start, decipher.final()]).toString('utf8');
  } catch {
    // Without a cause: nothing of what was read may reach a log.
    throw new StoreError('ERR_SECRET_KEY', refusal);
  }
}
