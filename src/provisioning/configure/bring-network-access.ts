import { X509Certificate } from 'node:crypto';
import { localError } from '../../operations/finding.ts';
import type { BringNetworkAccess } from '../../operations/site/mend-drift.ts';
import type { NetworkIdentity } from '../../ports/amt/network-access.ts';
import { AmtError, type AmtSession } from '../../ports/amt.ts';
import { PkiError } from '../../ports/pki.ts';
import type { ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import type { CredentialSource } from '../../ports/secrets.ts';
import type { ProfileNetworkAccess } from '../../profiles/profile.ts';
import { activateCertificate } from '../secure/activate-certificate.ts';
import { certificateFacts, type DeviceCertificateDeps, giveCertificate } from '../secure/device-certificate.ts';

/** What 802.1X of PCs is set with. */
export interface NetworkAccessDeps {
  readonly credentials: CredentialSource;
  /** Null: no authority is configured. */
  readonly authority: DeviceCertificateDeps | null;
  /** Reads a file of the configuration. */
  readonly readFile: (path: string) => Promise<Uint8Array>;
}

/** Whose 802.1X it is, and what is known of its certificate. */
export interface NetworkAccessOf {
  readonly device: { readonly id: string; readonly fqdn: string | null };
  readonly facts: ProvisioningFacts;
  readonly kept: (facts: ProvisioningFacts) => Promise<void>;
}

/**
 * Gives a PC 802.1X on the wired network as its profile says: the root of the RADIUS server, a client certificate of its own or the
 * user and password of a credential, then the settings. Repeatable. A certificate that this supersedes is revoked and removed.
 */
export const createBringNetworkAccess =
  (of: NetworkAccessOf, deps: NetworkAccessDeps): BringNetworkAccess =>
  async (session, access) => {
    try {
      const found = await bring(session, access, of, deps);
      if (found && deps.authority)
        await activateCertificate(session, { purpose: 'network_client', facts: found }, deps.authority);
      return null;
    } catch (error) {
      const isOwn = error instanceof PkiError || (error instanceof AmtError && error.code === 'credential_missing');
      if (isOwn) return error.code;
      return localError(error).code;
    }
  };

/** Resolves to the facts of the client certificate; null for methods with a password. */
async function bring(
  session: AmtSession,
  access: ProfileNetworkAccess,
  { device, facts, kept }: NetworkAccessOf,
  { credentials, authority, readFile }: NetworkAccessDeps,
): Promise<ProvisioningFacts | null> {
  const { method, username, domain, serverName, trustedRootFile, credential, activeInS0, pxeTimeoutSeconds } = access;
  const { certificates, wiredAccess } = session.provisioning;
  const serverRoot =
    trustedRootFile === null ? null : await certificates.addTrustedRoot(rootOf(await readFile(trustedRootFile)));
  const common: NetworkIdentity = {
    method,
    username,
    ...(domain === null ? {} : { domain }),
    ...(serverName === null ? {} : { serverName }),
    ...(serverRoot === null ? {} : { serverRoot }),
  };
  if (method !== 'tls') {
    const secret = credential === null ? null : await credentials(credential).catch(() => null);
    if (!secret) throw new AmtError('credential_missing', [`the profile names the credential ${credential}`]);
    await wiredAccess.enable({ identity: { ...common, password: secret.password }, activeInS0, pxeTimeoutSeconds });
    return null;
  }
  if (!authority) throw new PkiError('pki_not_configured');
  if (device.fqdn === null) throw new PkiError('pki_name_unfit', ['the PC has no full DNS name in the inventory']);
  const wish = { deviceId: device.id, fqdn: device.fqdn, purpose: 'network_client', facts, kept } as const;
  const found = await giveCertificate(session, wish, authority);
  const clientCertificate = found[certificateFacts.network_client.handle] ?? '';
  await wiredAccess.enable({ identity: { ...common, clientCertificate }, activeInS0, pxeTimeoutSeconds });
  return found;
}

/** DER of a root in PEM or DER. Throws PkiError. */
function rootOf(file: Uint8Array): Uint8Array {
  try {
    return new X509Certificate(Buffer.from(file)).raw;
  } catch {
    throw new PkiError('pki_certificate_malformed', ['networkAccess.trustedRootFile']);
  }
}
