import { readFile } from 'node:fs/promises';
import { PkiError } from '../../ports/pki.ts';
import type { IdentityConfig } from '../sections/pki-schema.ts';
import { resolveSecret, type SecretSources } from './resolve-secret.ts';

/** What a configured certificate with its key is read from. Rejects with PkiError or SecretError. */
export async function identitySourceOf(identity: IdentityConfig, secrets: SecretSources) {
  const { certificateFile, key, pkcs12File, pkcs12, password } = identity;
  const secret = password ? await resolveSecret(password, secrets) : null;
  const bytesOf = (file: string) =>
    readFile(file).catch((cause: unknown) => {
      throw new PkiError('pki_file_unreadable', [file], { cause });
    });
  if (certificateFile !== undefined && key) {
    const certificates = (await bytesOf(certificateFile)).toString('utf8');
    return { kind: 'pem', certificates, key: await resolveSecret(key, secrets), password: secret } as const;
  }
  const bytes =
    pkcs12File === undefined && pkcs12
      ? Buffer.from(await resolveSecret(pkcs12, secrets), 'base64')
      : await bytesOf(pkcs12File ?? '');
  return { kind: 'pkcs12', bytes, password: secret ?? '' } as const;
}
