import type { DirectoryErrorCode } from '../../ports/directory.ts';

/** What went wrong with Active Directory, and what to do. Whole sentences. */
export interface DirectoryReason {
  readonly what: string;
  readonly mend: string;
}

const reason = (what: string, mend: string): DirectoryReason => ({ what, mend });

/** One reason for each code that the directory port can throw. */
export const directoryReasons: Readonly<Record<DirectoryErrorCode, DirectoryReason>> = {
  directory_settings_unreadable: reason(
    'The password of the account, or the file of the certification authority, can not be read. Nothing was asked of the domain.',
    'Correct directory.domains.*.password and certificateAuthorityFile.',
  ),
  directory_unreachable: reason(
    'No domain controller answers.',
    'Check directory.domains.*.servers, and that TCP 636 is open from this machine.',
  ),
  directory_silent: reason(
    'The domain controller took the connection and did not answer in time.',
    'Check its load and the firewall between; directory.requestSeconds is how long is waited.',
  ),
  directory_dropped: reason(
    'The connection to the domain controller broke off before it answered; it may have restarted.',
    'Nothing is repeated blindly: look whether the change is there, then ask again.',
  ),
  directory_busy: reason('The domain controller is busy or starting.', 'Try again in a minute.'),
  directory_certificate_untrusted: reason(
    'The certificate of the domain controller does not come from the configured authority. No password was sent.',
    'Set directory.domains.*.certificateAuthorityFile to the PEM file of the CA that issued it, with its whole chain.',
  ),
  directory_certificate_name: reason(
    'The certificate of the domain controller is for another name. No password was sent.',
    'Name the domain controller in directory.domains.*.servers by the DNS name in its certificate.',
  ),
  directory_certificate_expired: reason(
    'The certificate of the domain controller has expired or is not valid yet. No password was sent.',
    'Renew it on the domain controller; check the clock of this machine.',
  ),
  directory_tls_failed: reason(
    'The domain controller speaks no TLS on this port. No password was sent.',
    'LDAPS needs a server certificate on the domain controller (port 636).',
  ),
  directory_name_not_found: reason(
    'The name of the domain controller or of the domain is not known in DNS.',
    'Correct directory.domains.*.servers, or the DNS server of this machine.',
  ),
  directory_wrong_password: reason(
    'The domain refused the account name or its password.',
    'Correct directory.domains.*.account and its password. It was tried once, so that the account is not locked.',
  ),
  directory_account_locked: reason(
    'The account is locked.',
    'Unlock it in Active Directory and find out who used a wrong password.',
  ),
  directory_account_disabled: reason('The account is disabled or expired.', 'Enable it in Active Directory.'),
  directory_password_expired: reason(
    'The password of the account has expired or must be changed.',
    'Give it a new password and store that for directory.domains.*.password.',
  ),
  directory_password_empty: reason(
    'The password of the account is empty.',
    'An empty password would be an anonymous bind: store the real one.',
  ),
  directory_no_rights: reason(
    'The account lacks the right to do this.',
    'Run: oob directory delegate --print, and have a domain administrator run the command that it shows.',
  ),
  directory_referral: reason(
    'The domain controller says that another domain holds this.',
    'Correct the distinguished name, or add that domain under directory.domains.',
  ),
  directory_not_found: reason('There is no such object.', 'Check its name; oob directory prepare makes the unit.'),
  directory_already_exists: reason(
    'An object of that name exists already.',
    'Find out whose it is before anything is deleted.',
  ),
  directory_duplicate_spn: reason(
    'Another object has one of the service principal names; Kerberos would fail for both.',
    'Delete the stale object, then wait 15 minutes or run klist purge.',
  ),
  directory_password_refused: reason(
    'The password policy of the domain refused the password.',
    'Check the domain policy for length and history.',
  ),
  directory_password_weak: reason('The password is too weak for a device object.', 'Let the service make one.'),
  directory_name_unfit: reason(
    'The name cannot be used in Active Directory.',
    'Give the PC a full DNS name of letters, digits and hyphens in the inventory.',
  ),
  directory_not_ours: reason(
    'The object lies outside the unit for devices, or belongs to another PC. It was left alone.',
    'Move or rename it, or correct directory.domains.*.unit.',
  ),
  directory_ambiguous: reason('Several objects match.', 'Delete the stale ones: one object per PC.'),
  directory_unwilling: reason(
    'The domain controller is not willing to do this.',
    'See its answer; a read-only domain controller or a rule of the domain may be the cause.',
  ),
  directory_incomplete: reason(
    'The domain controller gave only a part of the list.',
    'Ask again, or name a smaller unit. Nothing was taken over.',
  ),
  directory_protocol: reason(
    'The domain controller answered in a way that is not understood.',
    'Check that the server is an Active Directory domain controller.',
  ),
};
