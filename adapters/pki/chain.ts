import type { KeyObject } from 'node:crypto';
import type { ParsedCertificate } from './certificate-facts.ts';

/**
 * From the certificate of `key` upwards: each next one has the issuer's name and its key made the signature. Ends at a root, or
 * where the certificates end. Empty when none has that key. The order of the certificates does not matter.
 */
export function chainOf(certificates: readonly ParsedCertificate[], key: KeyObject): readonly ParsedCertificate[] {
  const own = certificates.filter(({ x509 }) => x509.checkPrivateKey(key));
  // A renewed certificate of the same key may lie beside the old one: the one that ends last is meant.
  const leaf = own.toSorted((a, b) => b.facts.notAfter.getTime() - a.facts.notAfter.getTime())[0];
  return leaf ? climb(leaf, certificates) : [];
}

/** As `chainOf`, from a known certificate. */
export function climb(
  leaf: ParsedCertificate,
  certificates: readonly ParsedCertificate[],
): readonly ParsedCertificate[] {
  const chain = [leaf];
  for (let current = leaf; !current.facts.selfSigned; ) {
    const above = certificates.filter(
      (other) =>
        !chain.includes(other) && current.x509.checkIssued(other.x509) && current.x509.verify(other.x509.publicKey),
    );
    // A cross certificate and a root may both fit: the shorter way up is the one that firmware can hold.
    const next = above.find(({ facts }) => facts.selfSigned) ?? above[0];
    if (!next) break;
    chain.push(next);
    current = next;
  }
  return chain;
}
