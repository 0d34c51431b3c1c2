import type { CredentialSource } from '../../ports/secrets.ts';
import type { Config } from '../schema.ts';
import { resolveSecret, type SecretSources } from './resolve-secret.ts';

/** AMT credentials by the name that the inventory gives. Passwords are resolved afresh each time and kept nowhere. Rejects with SecretError. */
export function createCredentialSource(config: Config, sources: SecretSources): CredentialSource {
  const known = new Map(Object.entries(config.amt.credentials));
  return async (name) => {
    const credential = known.get(name);
    return credential ? { user: credential.user, password: await resolveSecret(credential.password, sources) } : null;
  };
}
