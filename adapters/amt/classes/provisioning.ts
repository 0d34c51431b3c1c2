import type { AmtProvisioning } from '../../../src/ports/amt/provisioning.ts';
import type { Device } from './device.ts';
import { createWifi } from './network/wifi.ts';
import { createWiredAccess } from './network/wired-access.ts';
import { createCertificates } from './security/certificates.ts';
import { createKerberos } from './security/kerberos.ts';
import { createTls } from './security/tls.ts';
import { createHostSetup } from './setup/host-setup.ts';
import { createSetup } from './setup/setup.ts';

/** Everything that set-up needs of a device. */
export const createProvisioning = (device: Device): AmtProvisioning => ({
  setup: createSetup(device),
  hostSetup: createHostSetup(device),
  certificates: createCertificates(device),
  tls: createTls(device),
  kerberos: createKerberos(device),
  wiredAccess: createWiredAccess(device),
  wifi: createWifi(device),
});
