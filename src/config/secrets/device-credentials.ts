import {
  type DeviceSecret,
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
    const own = deviceOfCredential(name);
    if (own !== null) return accountOf(await secrets.inForce(own, 'administrator'));
    const offered = deviceOfProposed(name);
    if (offered !== null) return accountOf(await secrets.proposed(offered, 'administrator'));
    return configured(name);
  };
}

const accountOf = (secret: DeviceSecret | null) => secret && { user: secret.user, password: secret.password };
