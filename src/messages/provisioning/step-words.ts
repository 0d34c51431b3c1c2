import type { Provisioning, ProvisioningStep } from '../../ports/provisioning/provisioning-store.ts';

/** What each step of a provisioning is called, after "stopped at: " and "done: ". */
export const stepWords: Readonly<Record<ProvisioningStep, string>> = {
  meet: 'finding the PC and showing it the certificate',
  'keep-secrets': 'keeping its new passwords',
  'set-clock': 'its clock',
  'set-mebx-password': 'the MEBx password',
  'set-administrator': 'the administrator password',
  'set-up-client': 'client control mode',
  'set-up-admin': 'admin control mode',
  'directory-object': 'its object in Active Directory',
  certificate: 'its certificate',
  tls: 'TLS',
  kerberos: 'its Kerberos key',
  commit: 'making it take effect',
  reach: 'reaching it with its own account',
  'activate-certificate': 'taking its certificate into use',
  settings: 'settings',
  accounts: 'accounts',
  'audit-policy': 'audit policy',
  'network-access': '802.1X',
  verify: 'verification',
  record: 'its record',
};

/** Steps that are sent once and never again blindly: what cannot simply be taken back. */
export const oneShotWords: Readonly<Record<Provisioning['mode'], readonly string[]>> = {
  remote: [stepWords['set-administrator'], stepWords.commit],
  'in-band': ['its control mode, with the administrator password'],
};
