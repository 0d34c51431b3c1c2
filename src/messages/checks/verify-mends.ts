/** What to do about each thing that `verify` finds wrong with a PC. One closed registry; whole sentences. */
export const verifyMends = {
  name_missing: 'Add its fqdn to the inventory.',
  dns_silent: 'Look at amt.dnsServers.',
  dns_missing: 'Add its host record.',
  dns_elsewhere: 'Correct the record, or the inventory.',
  dns_several: 'Have AMT and the operating system share one address, or take the others out.',
  dns_reverse_missing: 'Add its PTR record.',
  dns_reverse_wrong: 'Correct the PTR record.',
  port_refused: 'Look whether AMT is set up, and whether a firewall rejects.',
  port_silent: 'Let firewalls and routers pass the ports of AMT; `why` looks further.',
  plain_port_open: 'Port 16992 is without TLS: close it with `settings apply`, where the profile says so.',
  plain_port_closed: 'This firmware speaks TLS only: set `tls` to ca or pinned in the inventory.',
  certificate_early: 'Look at the clock of this service.',
  certificate_ended: 'Renew the certificate.',
  certificate_ends: 'Renew the certificate in time.',
  certificate_zero_date:
    'Its firmware made a certificate without a date, as AMT 3.2.1 does after an update from 3.x: provision it again, which replaces the certificate, and update its firmware to 3.2.2 or later.',
  certificate_name: 'Correct the fqdn in the inventory, or renew the certificate with its name.',
  certificate_changed: 'If the PC was set up again, record the new fingerprint; if not, find out who answers there.',
  authority_missing: 'Set amt.certificateAuthorityFile.',
  certificate_foreign: 'Give it a certificate of our authority, or correct amt.certificateAuthorityFile.',
  tls_old: 'Update its firmware: TLS 1.2 came with AMT 12.',
  tls_missing: 'Set `tls` to ca or pinned in the inventory.',
  clock_off: '`time sync` mends it.',
  firmware_too_old:
    'Update its firmware: this service speaks WS-Management as AMT 3.2.1 and later do. Where there is no update, switch AMT off in its BIOS.',
  features_missing: 'A firmware update of its generation may add it; else do without.',
  flaw_known: 'Update its firmware; until then keep it off untrusted networks.',
  flaw_maybe_mended:
    'Update its firmware; until then keep it off untrusted networks. Builds from 3000 on are mended: compare the fourth part of its version.',
  externally_provisioned:
    'Another tool set it up: remove that provisioning with the tool, or in MEBx, then provision it here. Where it was this service, give it our certificate and admin control mode.',
  not_provisioned: 'Provision it.',
  detected:
    'Find its password: add the account as a credential and under discovery.accounts; else remove its provisioning in MEBx.',
  not_tried: 'Mend first what is said of its ports and its certificate: no password was sent.',
  not_supported: 'Look whether AMT is enabled in the BIOS; `why` looks further.',
  interface_closed:
    'AMT may have closed its network interface: its time to be set up is over. Have an agent on the PC open it again, unprovision it partly in MEBx, or take it off the mains for half a minute; then look whether AMT is enabled in its BIOS.',
  link_policy: 'Set linkPolicy in its profile, then `settings apply`.',
  power_package: 'Choose a power package that keeps AMT on in S3 and S4-5.',
  wired_link_down:
    'Plug its wired port into the network: AMT is set up over the wire, and over wireless it answers only as far as its wireless profiles and power state allow.',
  amt_name_other:
    'The PC was renamed or moved to another domain: set hostName and domainName by its profile and `settings apply`, or correct the fqdn in the inventory; then renew its certificate.',
  audit_full: '`audit export`, then `audit clear`.',
  audit_off: '`audit enable` switches it on.',
  audit_locked: 'Another auditor holds the lock: wait until it has ended its work, or restart the PC at the mains.',
  credential_missing:
    'Add it under amt.credentials, with its password; one that begins with device: needs the key under service.secretKey.',
  credential_refused: 'Correct the credential; after several wrong tries AMT locks the account.',
  principal_duplicate:
    'Delete the stale object: one object per PC in the forest. Then wait 15 minutes, or run klist purge where tickets are used.',
  directory_object_missing: 'Provision it, or `update` it: its object in Active Directory is missing or lacks names.',
  directory_key_differs:
    'The password of its object in Active Directory was changed without the PC: `rotate` sets both in one go.',
} as const satisfies Readonly<Record<string, string>>;
