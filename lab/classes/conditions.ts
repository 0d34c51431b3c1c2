import type { Device } from '../device.ts';
import type { FaultName, Faults } from '../faults.ts';
import { auditStore } from './logs/audit-store.ts';
import { ethernetPortSettings } from './network/ethernet.ts';
import { currentScheme } from './power/power-scheme.ts';
import { forgetCredentials } from './security/credential-store.ts';
import { tlsState } from './security/tls-state.ts';
import { provisioningOf } from './setup/provisioning.ts';

/** The certificate of the TLS port and what is known of it. */
function forgetCertificates(device: Device): void {
  forgetCredentials(device);
  tlsState.forget(device);
}

/** What a device remembers that a fault shapes. */
const shapedBy: Partial<Record<FaultName, (device: Device) => void>> = {
  'audit-log-full': auditStore.forget,
  'audit-log-almost-full': auditStore.forget,
  'audit-locked': auditStore.forget,
  'changed-certificate': forgetCertificates,
  'expired-certificate': forgetCertificates,
  'zero-date-certificate': forgetCertificates,
  'other-name-certificate': forgetCertificates,
  'foreign-certificate': forgetCertificates,
  'tls10-only': forgetCertificates,
  'client-mode': (device) => {
    provisioningOf(device).controlMode = device.faults.has('client-mode') ? 1 : 2;
  },
  'low-power-package': currentScheme.forget,
  'no-sx-link-policy': ethernetPortSettings.forget,
  'wired-down': ethernetPortSettings.forget,
};

/** After a device's faults were replaced: what a fault that came or went has shaped is made anew. */
export function forgetConditions(device: Device, before: Faults): void {
  for (const name of new Set([...before.keys(), ...device.faults.keys()])) shapedBy[name]?.(device);
}
