import type { ProvisioningCertificates } from '../../src/ports/pki/provisioning.ts';
import { PkiError } from '../../src/ports/pki.ts';
import { chainOf } from './chain.ts';
import { openPkcs12 } from './pkcs12/open-pkcs12.ts';
import { checkRevocation } from './revocation/check-revocation.ts';

/** What looking up revocation lists may cost. */
export interface ProvisioningOptions {
  readonly now: () => Date;
  /** Milliseconds that one list may take. */
  readonly timeoutMs: number;
}

/** Lists of large public authorities reach some megabytes. */
const largestListBytes = 16_777_216;

/** Reads provisioning certificates and looks up whether they are revoked. */
export function createProvisioningCertificates({ now, timeoutMs }: ProvisioningOptions): ProvisioningCertificates {
  return {
    async read(pkcs12, password) {
      const { certificates, keys } = await openPkcs12(pkcs12, password);
      if (certificates.length === 0) throw new PkiError('pki_no_certificate');
      const chains = keys.map((key) => ({ key, chain: chainOf(certificates, key) }));
      const best = chains.find(({ chain }) => chain.length > 0) ?? chains[0];
      return {
        certificates: certificates.map(({ facts }) => facts),
        chain: best?.chain.map(({ facts }) => facts) ?? [],
        key: best?.key ?? null,
        keys: keys.length,
      };
    },
    revocation: (chain) => checkRevocation(chain, { timeoutMs, largestBytes: largestListBytes }, now()),
  };
}
