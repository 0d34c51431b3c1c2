import { AmtError } from '../../ports/amt.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AmtStatusStore } from '../../ports/discovery/amt-status-store.ts';
import type { DeviceSecretKind, DeviceSecretStore } from '../../ports/provisioning/device-secrets.ts';
import type { CredentialSource } from '../../ports/secrets.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';

/** Name and password of the administrator before set-up. Intel AMT Implementation and Reference Guide, "Administrative users". */
const factory = { user: 'admin', password: 'admin' } as const;

/**
 * What lets us in to a PC before it is set up: `factory` as it was made; `mebx` and `administrator` with what we gave it before it was
 * unprovisioned; `account NAME` with a credential of the configuration.
 */
export const defaultAccount = 'factory';
const ofDevice = ['mebx', 'administrator'] as const satisfies readonly DeviceSecretKind[];
const configured = 'account ';

/** Names of the credentials of PCs that are being set up, for setup gateways. */
export const credentialOf = {
  /** The administrator that a PC is being given, or has. */
  administrator: (deviceId: string): string => `new ${deviceId}`,
  /** One of the accounts that let us in before. */
  before: (account: string, deviceId: string): string =>
    ofDevice.some((kind) => kind === account) ? `${account} ${deviceId}` : account,
};

/** Looks those credentials up. `accounts`: credentials of the configuration. */
export function createSetupCredentials(
  secrets: Pick<DeviceSecretStore, 'proposed' | 'inForce'>,
  accounts: CredentialSource,
): CredentialSource {
  return async (name) => {
    if (name === defaultAccount) return factory;
    if (name.startsWith(configured)) return accounts(name.slice(configured.length));
    const [whose = '', deviceId = ''] = name.split(' ');
    const kind = ofDevice.find((each) => each === whose);
    const secret = kind
      ? await secrets.inForce(deviceId, kind)
      : ((await secrets.proposed(deviceId, 'administrator')) ?? (await secrets.inForce(deviceId, 'administrator')));
    return secret && { user: factory.user, password: secret.password };
  };
}

/** What trying accounts needs. */
export interface FactoryAccountDeps {
  readonly secrets: Pick<DeviceSecretStore, 'inForce'>;
  /** Names of configured credentials, in the order in which they are tried after all others. */
  readonly accounts: readonly string[];
  readonly logIns: Pick<AmtStatusStore, 'takeLogIn'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** AMT locks accounts for a while after wrong passwords. How many it takes is not published; ours. */
const mostPerHour = 12;
const hourMs = 3_600_000;

/**
 * Finds the account that lets us in, tried one after the other: those that the PC was given by us, that of the factory, those of the
 * configuration. Rejects with ProvisioningError when none does, or too many were tried within the hour.
 */
export async function firstAccepted<T>(
  { deviceId, address }: { readonly deviceId: string; readonly address: string },
  attempt: (account: string) => Promise<T>,
  { secrets, accounts, logIns, clock }: FactoryAccountDeps,
): Promise<{ readonly account: string; readonly found: T }> {
  const kept = await Promise.all(ofDevice.map(async (kind) => ((await secrets.inForce(deviceId, kind)) ? [kind] : [])));
  const candidates = [...kept.flat(), defaultAccount, ...accounts.map((name) => `${configured}${name}`)];
  const refused: string[] = [];
  for (const account of candidates) {
    const now = clock.now();
    const since = new Date(now.getTime() - hourMs);
    if (!(await logIns.takeLogIn(`set-up of ${address}`, account, now, since, mostPerHour)))
      throw new ProvisioningError('factory_account_refused', [
        ...tried(refused),
        `${mostPerHour} log-ins were tried within an hour; no more now`,
      ]);
    try {
      return { account, found: await attempt(account) };
    } catch (error) {
      if (!(error instanceof AmtError) || error.code !== 'wrong_credentials') throw error;
      refused.push(account);
    }
  }
  throw new ProvisioningError('factory_account_refused', tried(refused));
}

const tried = (accounts: readonly string[]): readonly string[] =>
  accounts.length === 0 ? [] : [`refused: ${accounts.join(', ')}`];
