import { createPrivateKey, type KeyObject } from 'node:crypto';
import { PkiError } from '../../src/ports/pki.ts';
import { certificatesOfPem, type ParsedCertificate } from './certificate-facts.ts';
import { chainOf } from './chain.ts';
import { openPkcs12 } from './pkcs12/open-pkcs12.ts';

/** Where a certificate with its private key comes from. */
export type IdentitySource =
  | { readonly kind: 'pkcs12'; readonly bytes: Uint8Array; readonly password: string }
  | {
      readonly kind: 'pem';
      /** PEM of the certificates, in any order. */
      readonly certificates: string;
      /** PEM of the private key. */
      readonly key: string;
      /** Of the key; null: it is not encrypted. */
      readonly password: string | null;
    };

/** Certificates and keys as they were found. */
export interface Identity {
  readonly certificates: readonly ParsedCertificate[];
  readonly keys: readonly KeyObject[];
  /** From the certificate of the key upwards; empty when none belongs to a key. */
  readonly chain: readonly ParsedCertificate[];
  /** The key of the chain, or the first one. */
  readonly key: KeyObject | null;
}

/** Reads certificates with their key. Rejects with PkiError. */
export async function openIdentity(source: IdentitySource): Promise<Identity> {
  const { certificates, keys } =
    source.kind === 'pkcs12'
      ? await openPkcs12(source.bytes, source.password)
      : { certificates: certificatesOfPem(source.certificates), keys: [keyOfPem(source.key, source.password)] };
  if (certificates.length === 0) throw new PkiError('pki_no_certificate');
  const chains = keys.map((key) => ({ key, chain: chainOf(certificates, key) }));
  const best = chains.find(({ chain }) => chain.length > 0) ?? chains[0];
  return { certificates, keys, chain: best?.chain ?? [], key: best?.key ?? null };
}

function keyOfPem(pem: string, password: string | null): KeyObject {
  if (!pem.includes('PRIVATE KEY-----')) throw new PkiError('pki_no_key', ['no PEM of a private key']);
  const encrypted = /ENCRYPTED/.test(pem);
  if (encrypted && password === null)
    throw new PkiError('pki_wrong_password', ['the key is encrypted and no password is given']);
  try {
    return createPrivateKey({
      key: pem,
      format: 'pem',
      ...(encrypted && password !== null ? { passphrase: password } : {}),
    });
  } catch {
    // Without a cause: what was read is the key.
    throw new PkiError(encrypted ? 'pki_wrong_password' : 'pki_key_malformed');
  }
}
