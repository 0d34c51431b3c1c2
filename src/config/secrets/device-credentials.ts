import { type DeviceSecretStore, deviceOfCredential } from '../../ports/provisioning/device-secrets.ts';
import type { CredentialSource } from '../../ports/secrets.ts';

/** Adds the administrators of single devices to the configured credentials. Rejects with ERR_SECRET_KEY when theirs can't be read. */
export function withDeviceCredentials(
  configured: CredentialSource,
  secrets: Pick<DeviceSecretStore, 'inForce'>,
): CredentialSource {
  return async (name) => {
    const deviceId = deviceOfCredential(name);
    if (deviceId === null) return configured(name);
    const secret = await secrets.inForce(deviceId, 'administrator');
    return secret ? { user: secret.user, password: secret.password } : null;
  };
}
