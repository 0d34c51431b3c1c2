/** What a PC is for whoever wants to manage it, after Microsoft's AMT Status (Configuration Manager, "About AMT Status"). */
export const amtStatuses = [
  'unknown',
  'not-supported',
  'detected',
  'not-provisioned',
  'provisioned',
  'externally-provisioned',
] as const;

/** One of `amtStatuses`. */
export type AmtStatus = (typeof amtStatuses)[number];

/** What was found out about one PC. */
export interface AmtEvidence {
  /** Whether AMT answered from outside: a pong of Intel's, an AMT port; `not_probed`: nobody looked, or could. */
  readonly presence: 'answers' | 'silent' | 'not_probed';
  /** True when it is known to have AMT: it answered once. */
  readonly wasSeen: boolean;
  readonly provisioningState: 'pre' | 'in' | 'post' | 'unknown';
  /** What became of the accounts that are known for it. */
  readonly account: 'accepted' | 'refused' | 'not_tried';
  /** `ours`: chains to our authority, or is the recorded one. */
  readonly certificate: 'ours' | 'self-signed' | 'other' | 'none' | 'unknown';
  readonly controlMode: 'none' | 'client' | 'admin' | 'unknown';
  readonly inInventory: boolean;
}

/** The status, its sub-state where it has one, and what made it so, in a few words. */
export interface AmtStanding {
  readonly status: AmtStatus;
  /**
   * `closed`: had AMT, whose network interface does not answer any more. `account-not-tried`: answers, and no account was tried, so that
   * it is not known whether it could be managed. `in-provisioning`: somebody is setting it up.
   */
  readonly subState: 'closed' | 'account-not-tried' | 'in-provisioning' | null;
  readonly because: string;
}

const standing = (status: AmtStatus, because: string, subState: AmtStanding['subState'] = null): AmtStanding => ({
  status,
  subState,
  because,
});

const certificateWords = {
  'self-signed': 'its certificate is self-signed',
  other: 'its certificate is not ours',
  none: 'it speaks without TLS',
  unknown: 'its certificate was not seen',
} as const;

/** Classifies. Pure. The meaning of each status is Microsoft's; where evidence is missing the weaker claim is made. */
export function classifyAmt(evidence: AmtEvidence): AmtStanding {
  const { presence, account, certificate, provisioningState } = evidence;
  // Whoever let us in was there.
  if (account !== 'accepted') {
    if (presence === 'not_probed') return standing('unknown', 'nobody has looked');
    if (presence === 'silent')
      return evidence.wasSeen
        ? standing('not-supported', 'it had AMT, which does not answer any more', 'closed')
        : standing('not-supported', 'no port of AMT answers');
    if (provisioningState === 'pre') return standing('not-provisioned', 'AMT says that it is not set up');
    if (provisioningState === 'in')
      return standing('not-provisioned', 'AMT says that it is being set up', 'in-provisioning');
    if (account === 'refused') return standing('detected', 'AMT answers and refuses every account that is known');
    return standing('detected', 'AMT answers; no account was tried', 'account-not-tried');
  }
  if (provisioningState === 'pre') return standing('not-provisioned', 'it lets us in and is not set up');
  if (evidence.controlMode === 'client')
    return standing('externally-provisioned', 'it lets us in and is in client control mode');
  if (certificate !== 'ours')
    return standing('externally-provisioned', `it lets us in, but ${certificateWords[certificate]}`);
  if (!evidence.inInventory) return standing('externally-provisioned', 'it lets us in, but it is not in the inventory');
  return standing('provisioned', 'it lets us in, with our certificate');
}
