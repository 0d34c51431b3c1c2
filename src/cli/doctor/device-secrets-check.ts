import type { DeviceSecretStore } from '../../ports/provisioning/device-secrets.ts';
import { type DoctorCheck, finding } from '../doctor.ts';

/** Later than any password was set. */
const farAway = new Date('9999-01-01T00:00:00Z');

/** What is looked at: passwords of single devices, and how the store that holds them is left. */
export interface OpenedSecrets {
  readonly deviceSecrets: Pick<DeviceSecretStore, 'ready' | 'setBefore'>;
  close(): Promise<void>;
}

/** The key opens the passwords of single devices, if there are any. */
export function deviceSecretsCheck(open: () => Promise<OpenedSecrets>): DoctorCheck {
  return {
    name: 'device passwords',
    async run() {
      const store = await open();
      try {
        const some = await store.deviceSecrets.setBefore(farAway, 1);
        if (some.length === 0) return finding.ok('none are kept; provisioning needs the key under service.secretKey');
        return await store.deviceSecrets.ready().then(
          () => finding.ok('the key under service.secretKey opens them'),
          (error: unknown) =>
            finding.fail(
              error instanceof Error ? error.message : 'they can not be opened',
              'Nothing can be done to PCs that were provisioned until the service has its key.',
            ),
        );
      } finally {
        await store.close();
      }
    },
  };
}
