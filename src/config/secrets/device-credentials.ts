import {
  type DeviceSecretStore,
  deviceOfCredential,
  deviceOfProposed,
} from '../../ports/provisioning/device-secrets.ts';
import type { CredentialSource } from '../../ports/secrets.ts';

/**
 * Adds the administrators of single devices to the configured credentials: the one in force, and the one that was proposed. Rejects
 * with ERR_SECRET_KEY when theirs can't be read.
 */
export function withDeviceCredentials(
  configured: CredentialSource,
  secrets: Pick<DeviceSecretStore, 'inForce' | 'proposed'>,
): CredentialSource {
  return async (name) => {
    const deviceId = deviceOfCredential(name);
    const proposedOf = deviceOfProposed(name);
    if (deviceId === null && proposedOf === null) return configured(name);
    const secret =
      proposedOf === null
        ? await secrets.inForce(deviceId ?? '', 'administrator')
        : await secrets.proposed(proposedOf, 'administrator');
    return secret ? { user: secret.user, password: secret.password } : null;
  };
}
