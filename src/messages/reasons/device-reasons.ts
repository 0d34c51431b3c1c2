import type { AmtErrorCode } from '../../ports/amt.ts';
import { failed, type Reason } from './reason.ts';

/** Why a conversation with a device failed: one for each code that the AMT port can throw. Part of the one registry in reasons.ts. */
export const deviceReasons = {
  unreachable: failed(
    'The PC did not answer on the network.',
    'Check that it has mains power and a network cable, and that its link policy keeps AMT awake when the PC is off.',
    'Many of one site at once: look at its switch, VLAN or VPN, and at routes from this service to ports 16992 and 16993.',
  ),
  connection_refused: failed(
    'The address answers, but AMT does not listen there.',
    'Check the address in the inventory, and whether AMT is provisioned and enabled in the BIOS.',
    'Ports 16992 and 16993 answer only while AMT is provisioned; a firewall that rejects looks the same.',
  ),
  plain_port_closed: failed(
    'The port of this connection mode is closed; the other AMT port is open.',
    'AMT 16.1 and later speak TLS only: set `tls` to ca or pinned in the inventory.',
  ),
  name_not_found: failed(
    'The name of the PC is not known in DNS.',
    'Correct the host in the inventory, or the DNS record.',
  ),
  no_answer: failed(
    'AMT took the connection but did not answer in time.',
    'The management engine may be asleep or overloaded: try again in a minute.',
    'Many at once: lower amt.connectionsPerSite, or raise amt.requestSeconds.',
  ),
  connection_dropped: failed(
    'AMT closed the connection in mid-reply.',
    'Try again; if it stays, power-cycle the PC at the mains to restart its management engine.',
  ),
  wrong_credentials: failed(
    'AMT refused the user name or password.',
    'Correct the credential that the inventory names; after several wrong tries AMT locks the account for a while.',
    'Compare amt.credentials with what the PCs were provisioned with; a changed password has to be changed here too.',
  ),
  certificate_changed: failed(
    'The certificate is not the recorded one. No password was sent.',
    'If the PC was reset or provisioned again: take one that this service had provisioned back (`/oob unprovision`) and provision it; of another one record the new fingerprint in the inventory. If not, find out who answers at this address.',
    'Many at once after a migration: import the inventory with the new fingerprints. One alone: treat it as an attack until it is explained.',
  ),
  certificate_untrusted: failed(
    'The certificate does not come from the configured authority, or names another PC. No password was sent.',
    'Check amt.certificateAuthorityFile, and the fqdn in the inventory.',
    'amt.certificateAuthorityFile must hold the CA that issued the certificates of the PCs, with its intermediates.',
  ),
  certificate_expired: failed(
    'The certificate of the PC has expired or is not valid yet. No password was sent.',
    'Renew the certificate; check the clock of this service.',
    '`oob doctor` compares the clock; plan the renewal by site.',
  ),
  tls_too_old: failed(
    'The PC offers only TLS versions or ciphers that are no longer safe.',
    'Update its firmware, or set `tls` to legacy with the recorded fingerprint.',
    '`tls: legacy` is meant as a way to the firmware update, not as a place to stay.',
  ),
  tls_failed: failed('The TLS handshake failed.', 'Look at the evidence; check whether the port belongs to AMT.'),
  device_overloaded: failed(
    'AMT answered with an empty error, as it does when it has no room.',
    'Wait a minute and try again.',
    'Two programs that manage the same PC get in the way of each other: find the other one.',
  ),
  not_provisioned: failed('AMT is there but not provisioned.', 'Provision it: `/oob provision TARGETS`.'),
  not_permitted: failed('The AMT account may not do this.', 'Give the account the realm that the operation needs.'),
  auditor_needed: failed(
    'The AMT account may not change the audit log.',
    'Name the auditor of the PC as `auditCredential` of a profile.',
    'One account of a PC may have the realm audit-log; once there is one, the administrator has lost it. `accounts list` shows which.',
  ),
  consent_needed: failed(
    'The firmware lets this be done only when somebody at the PC agrees.',
    'Have it done there, or set userConsent in the profile of the PC and `settings apply` it.',
    'In client control mode consent cannot be switched off: such PCs have to be provisioned again in admin control mode.',
  ),
  class_missing: failed(
    'This firmware does not have the needed function.',
    'Check the AMT version; a firmware update may add it.',
  ),
  write_limit: failed(
    'The firmware has used up its daily number of writes to flash memory.',
    'Ask again tomorrow; if it has to be now, take the PC off the mains for a minute first.',
    'Something writes again and again: look for a schedule that changes settings of the same PCs all day, or another tool.',
  ),
  store_full: failed(
    'The PC holds as many of these as its firmware can: certificates, keys, accounts or profiles.',
    'Remove what is not in use any more, then ask again.',
    'Certificates and keys of an earlier provisioning stay until somebody removes them.',
  ),
  audit_log_blocks: failed(
    'The audit log can not take the record of this, so AMT did not do it.',
    'Have an auditor use `/oob audit export` and `/oob audit clear`; or set its storage policy to roll over.',
    'Events marked as critical in the audit policy are refused while the log is full or locked by another auditor.',
  ),
  auditor_blocks: failed(
    'The auditor of the PC keeps it from being unprovisioned.',
    'Have the auditor switch the audit log off or release the PC, then ask again; at the PC, MEBx can do it.',
  ),
  firmware_fault: failed('AMT answered with a fault.', 'Look at the evidence; try again once.'),
  protocol_error: failed(
    'The answer was not understood.',
    'Check that the address belongs to an AMT device; report this with the evidence if it does.',
  ),
  credential_missing: failed(
    'The credential that the inventory names is not configured, or can’t be read.',
    'Add it under amt.credentials, with its password in a secret. One that begins with device: is the PC’s own: it needs the key under service.secretKey.',
    'The names in the column credential of the inventory must stand under amt.credentials. `oob doctor` tries the secrets and the key.',
  ),
  cancelled: failed('Stopped before it was done.', 'Ask again if it still should be done.'),
} as const satisfies Record<AmtErrorCode, Reason>;
