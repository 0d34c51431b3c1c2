import { WakeError } from '../../ports/network/wake-on-lan.ts';
import type { WakeSettings } from '../../wake/wake-settings.ts';
import type { Config } from '../schema.ts';
import { resolveSecret, SecretError, type SecretSources } from '../secrets/resolve-secret.ts';

/** How the PCs of a site are turned on. */
export function wakeOf({ wake }: Pick<Config, 'wake'>, site: string): WakeSettings {
  const {
    lookSeconds,
    packetGapSeconds,
    secureOn: _secureOn,
    sites: _sites,
    ...rest
  } = { ...wake, ...ownOfSite(wake.sites, site) };
  return {
    ...rest,
    interface: rest.interface ?? null,
    lookMs: lookSeconds * 1_000,
    packetGapMs: packetGapSeconds * 1_000,
    alarmBackupMinutes: rest.alarmBackupMinutes ?? null,
  };
}

/** The SecureOn password of a site's PCs, resolved afresh each time; null when there is none. Rejects with WakeError. */
export async function secureOnOf(
  { wake }: Pick<Config, 'wake'>,
  site: string,
  sources: SecretSources,
): Promise<Uint8Array | null> {
  const ref = ownOfSite(wake.sites, site)?.secureOn ?? wake.secureOn;
  try {
    return ref ? secureOnBytes(await resolveSecret(ref, sources)) : null;
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new WakeError('password_missing', [error.message], { cause: error });
  }
}

/** What is set for a site alone. Sites are named without regard to case. */
export function ownOfSite<T>(sites: Readonly<Record<string, T>>, site: string): T | undefined {
  const wanted = site.toLowerCase();
  return Object.entries(sites).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** `1.2.3.4` or `01:02:03:04:05:06`. */
function secureOnBytes(text: string): Uint8Array {
  if (/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) return Buffer.from(text.replaceAll(/[:-]/g, ''), 'hex');
  const octets = text.split('.').map(Number);
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text) && octets.every((octet) => octet < 256)) return Uint8Array.from(octets);
  throw new SecretError('The SecureOn password is neither like 1.2.3.4 nor like 01:02:03:04:05:06.');
}
