/** Why a provisioned PC is not kept in order, or not taken back. Part of the one registry in reasons.ts. */
export const upkeepReasons = {
  not_provisioned_by_us: {
    kind: 'failed',
    what: 'Not provisioned by this service, so it has no passwords and certificates of its own there.',
    mend: 'To have PCs managed from here, use `/oob provision TARGETS`.',
  },
  provisioning_unfinished: {
    kind: 'failed',
    what: 'The provisioning of the PC has not ended.',
    mend: 'Ask for `/oob provision` again: it goes on where it stopped.',
  },
  no_authority: {
    kind: 'failed',
    what: 'No certification authority of our own is configured, so there is nobody to renew certificates.',
    mend: 'Have pki.authority filled in.',
  },
  no_certificate_of_ours: {
    kind: 'failed',
    what: 'The PC has no certificate of ours.',
    mend: 'It was provisioned while no authority was configured: `/oob unprovision` and `/oob provision` it.',
  },
  certificate_not_shown: {
    kind: 'failed',
    what: 'The PC has the new certificate but does not show it.',
    mend: 'It is reached by the one before, which stays in force. Ask again: it goes on with the new one.',
    operator: 'A certificate takes effect with CommitChanges; some firmware needs its network restarted for it.',
  },
  network_access_not_taken: {
    kind: 'failed',
    what: 'The PC did not take 802.1X as its profile says.',
    mend: 'Look at the evidence; the certificate before stays in force. Correct the profile, then ask again.',
  },
  domain_not_configured: {
    kind: 'failed',
    what: 'The domain in which the PC has its object is not configured any more.',
    mend: 'Have it put back under directory.domains: the key in the PC and its object belong together.',
  },
  password_not_kept: {
    kind: 'failed',
    what: 'The password of the PC is not known here.',
    mend: 'Reset the PC in MEBx, then `/oob provision` it.',
  },
  password_not_taken: {
    kind: 'failed',
    what: 'The PC said that it took its new password, and does not let us in with it.',
    mend: 'Both passwords are kept. Ask again in some minutes: AMT locks out for a while after wrong log-ins.',
  },
  password_in_doubt: {
    kind: 'failed',
    what: 'The PC lets us in neither with its password nor with the new one.',
    mend: 'Both are kept, and nothing is tried again by itself. Ask again in some minutes; if it stays, somebody else has changed it: reset it in MEBx.',
  },
  still_provisioned: {
    kind: 'failed',
    what: 'The PC says that it is provisioned still.',
    mend: 'Its passwords, certificate and object are kept. Ask again; if it stays, unprovision it in MEBx.',
  },
  removal_incomplete: {
    kind: 'failed',
    what: 'The PC is unprovisioned, but not all of it is cleaned up.',
    mend: 'Mend what the evidence says, then ask for the same again: it goes on where it stopped.',
  },
} as const;
