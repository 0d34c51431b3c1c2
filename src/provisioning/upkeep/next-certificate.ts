import type { CertificatePurpose } from '../../ports/pki/issuer.ts';
import type { ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import { certificateFacts } from '../secure/device-certificate.ts';

const nextOf = (name: string) => `next${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The facts of a certificate that is about to take the place of the one in use: both are known until that is done. */
export interface NextCertificate {
  /** Facts in which the next certificate stands for the one in use; nothing of it: a new one is made. */
  readonly facts: ProvisioningFacts;
  /** As it is to be kept beside the one in use. */
  aside(found: ProvisioningFacts): ProvisioningFacts;
  /** The next one is the one in use now. */
  inUse(found: ProvisioningFacts): ProvisioningFacts;
}

/** Looks at the facts of a record for one purpose. Pure. */
export function nextCertificate(facts: ProvisioningFacts, purpose: CertificatePurpose): NextCertificate {
  const names: readonly string[] = Object.values(certificateFacts[purpose]);
  const others = Object.entries(facts).filter(([name]) => !names.includes(name));
  const next = names.flatMap((name) => {
    const value = facts[nextOf(name)];
    return value ? [[name, value] as const] : [];
  });
  return {
    facts: Object.fromEntries([...others, ...next]),
    aside: (found) => Object.fromEntries(Object.entries(found).map(([name, value]) => [nextOf(name), value])),
    inUse: (found) => ({ ...found, ...Object.fromEntries(names.map((name) => [nextOf(name), ''])) }),
  };
}
