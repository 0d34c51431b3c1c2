import {
  type ProvisioningCheckName,
  provisioningCheckMends,
  provisioningChecks,
} from '../messages/checks/pki-checks.ts';
import type { ProvisioningBundle, ProvisioningCertificates, RevocationFinding } from '../ports/pki/provisioning.ts';
import {
  judgeChain,
  judgeChainLength,
  judgeDates,
  judgeKey,
  judgeKeySizes,
  judgeName,
  judgeOrder,
  judgePurpose,
  judgeRevocation,
  judgeRoot,
  judgeSignatureHash,
  type ProvisioningTarget,
  type RuleFinding,
} from './provisioning-rules.ts';

/** What one rule says of a provisioning certificate. */
export interface ProvisioningCheck extends RuleFinding {
  readonly name: ProvisioningCheckName;
  /** What to do; null when there is nothing to mend. */
  readonly mend: string | null;
}

/** Every rule on a bundle that was read. Pure. */
export function judgeBundle(
  bundle: ProvisioningBundle,
  target: ProvisioningTarget,
  revocation: readonly RevocationFinding[] | null,
  now: Date,
): readonly ProvisioningCheck[] {
  const findings: Readonly<Record<ProvisioningCheckName, RuleFinding>> = {
    'private key': judgeKey(bundle),
    purpose: judgePurpose(bundle),
    chain: judgeChain(bundle),
    'chain length': judgeChainLength(bundle),
    order: judgeOrder(bundle),
    'key sizes': judgeKeySizes(bundle, target),
    'signature hash': judgeSignatureHash(bundle, target),
    dates: judgeDates(bundle, now),
    'name and suffix': judgeName(bundle, target),
    'trusted root': judgeRoot(bundle, target),
    revocation: judgeRevocation(revocation),
  };
  return provisioningChecks.map((name) => {
    const finding = findings[name];
    const good = finding.status === 'pass' || finding.status === 'unknown';
    return { name, ...finding, mend: good ? null : provisioningCheckMends[name] };
  });
}

/**
 * Opens a provisioning PKCS#12 and judges it by every rule. `lookUp`: false leaves the revocation lists alone. Rejects with PkiError
 * when it can't be opened.
 */
export async function judgeProvisioningCertificate(
  certificates: ProvisioningCertificates,
  pkcs12: Uint8Array,
  password: string,
  target: ProvisioningTarget,
  { now, lookUp }: { readonly now: Date; readonly lookUp: boolean },
): Promise<{ readonly bundle: ProvisioningBundle; readonly checks: readonly ProvisioningCheck[] }> {
  const bundle = await certificates.read(pkcs12, password);
  const revocation = lookUp ? await certificates.revocation(bundle.chain) : null;
  return { bundle, checks: judgeBundle(bundle, target, revocation, now) };
}
