import type { AmtCertificates } from './certificates.ts';
import type { AmtKerberos } from './kerberos.ts';
import type { AmtWiredAccess } from './network-access.ts';
import type { AmtHostSetup, AmtSetup } from './setup.ts';
import type { AmtTls } from './tls.ts';
import type { AmtWifi } from './wifi.ts';

/** What setting a device up and taking it back needs; everyday operations do without. */
export interface AmtProvisioning {
  readonly setup: AmtSetup;
  readonly hostSetup: AmtHostSetup;
  readonly certificates: AmtCertificates;
  readonly tls: AmtTls;
  readonly kerberos: AmtKerberos;
  readonly wiredAccess: AmtWiredAccess;
  readonly wifi: AmtWifi;
}
