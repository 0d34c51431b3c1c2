import type { Config } from '../config/schema.ts';
import { identitySourceOf } from '../config/secrets/identity-source.ts';
import type { SecretSources } from '../config/secrets/resolve-secret.ts';
import { mountRevocationList } from '../http/revocation-list-route.ts';
import { keepListFresh } from '../pki/keep-list-fresh.ts';
import { type CertificateOffice, openOffice } from '../pki/office.ts';
import type { PublicHttp } from '../ports/http.ts';
import type { ProvisioningBundle, ProvisioningCertificates, ProvisioningRequest } from '../ports/pki/provisioning.ts';
import type { TryOutCertificates, TryOutWish } from '../ports/pki/try-out.ts';
import type { Store } from '../ports/store/store.ts';
import type { DeviceCertificateDeps } from '../provisioning/secure/device-certificate.ts';
import { newId } from '../runtime/new-id.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import type { Surroundings } from './surroundings.ts';

/** Keeps the revocation list of our own authority fresh, and serves it where that is configured. */
export async function publishRevocationLists(
  { config, logger }: Surroundings,
  office: CertificateOffice | null,
  app: PublicHttp,
  undo: (() => Promise<void>)[],
): Promise<void> {
  if (!office) return;
  const { serve, file } = config.pki.revocationList;
  if (serve) mountRevocationList(app, () => office.lists.current(), { logger, now: () => clock.now() });
  if (serve || file !== undefined) undo.push(await keepListFresh(office.lists, logger));
}

/** Our own certification authority with its records and lists; null where none is configured. Rejects with PkiError or SecretError. */
export async function openCertificates(
  config: Config,
  secrets: SecretSources,
  store: Store,
): Promise<CertificateOffice | null> {
  const { authority: identity, revocationList } = config.pki;
  if (!identity) return null;
  const { createOwnAuthority } = await import('../../adapters/pki/index.ts');
  const now = () => clock.now();
  const authority = await createOwnAuthority({
    source: await identitySourceOf(identity, secrets),
    policy: {
      days: { device_tls: identity.deviceDays, network_client: identity.clientDays },
      crlUrl: revocationList.url ?? null,
    },
    now,
  });
  return openOffice({ authority, store: store.certificates, list: revocationList, now, newId: () => newId('crt') });
}

/** What devices are given certificates with; null where no authority is configured. */
export async function deviceAuthorityOf(office: CertificateOffice | null): Promise<DeviceCertificateDeps | null> {
  if (!office) return null;
  const { deviceRequests } = await import('../../adapters/pki/index.ts');
  return { certificates: office.certificates, requests: deviceRequests };
}

/** Reads provisioning certificates; a revocation list may take that long. */
export async function openProvisioningReader(fetchSeconds: number): Promise<ProvisioningCertificates> {
  const { createProvisioningCertificates } = await import('../../adapters/pki/index.ts');
  return createProvisioningCertificates({ now: () => clock.now(), timeoutMs: fetchSeconds * 1_000 });
}

/** Each provisioning certificate of the configuration; `read` rejects with PkiError or SecretError. */
export function openProvisioning(
  config: Config,
  secrets: SecretSources,
): readonly { readonly name: string; readonly read: () => Promise<ProvisioningBundle> }[] {
  return Object.entries(config.pki.provisioning).map(([name, identity]) => ({
    name,
    read: async () => {
      const { readBundle } = await import('../../adapters/pki/index.ts');
      return readBundle(await identitySourceOf(identity, secrets));
    },
  }));
}

/** Makes a key and a request for a provisioning certificate; the key is secret. */
export async function makeProvisioningRequest(
  wish: ProvisioningRequest,
): Promise<{ readonly request: string; readonly key: string }> {
  const adapter = await import('../../adapters/pki/index.ts');
  return adapter.makeProvisioningRequest(wish);
}

/** Makes an authority and a provisioning certificate for a site that is tried out; the keys are secret. */
export async function makeTryOutCertificates(wish: TryOutWish): Promise<TryOutCertificates> {
  const adapter = await import('../../adapters/pki/index.ts');
  return adapter.makeTryOutCertificates(wish, clock.now());
}
