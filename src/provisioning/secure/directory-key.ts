import { worstSkewSeconds } from '../../directory/clock-tolerance.ts';
import type { KerberosEncryption } from '../../ports/amt/kerberos.ts';
import { AmtError, type AmtSession } from '../../ports/amt.ts';
import type { DeviceObject, KeyedDeviceObject } from '../../ports/directory/device-objects.ts';
import { type Directory, DirectoryError } from '../../ports/directory.ts';
import type { DeviceSecretStore } from '../../ports/provisioning/device-secrets.ts';

/** What the objects of devices in Active Directory are made with. */
export interface DirectoryKeyDeps {
  /** The domain that the device lies in. */
  readonly directory: Pick<Directory, 'name' | 'devices'>;
  readonly secrets: Pick<DeviceSecretStore, 'propose' | 'inForce' | 'confirm'>;
  /** A password by AMT's rule. */
  readonly newPassword: () => string;
  readonly now: () => Date;
}

/** What is known of a device's object. No secrets. */
export interface DirectoryKey {
  readonly dn: string;
  /** Name of the domain in the configuration. */
  readonly domain: string;
  readonly keyVersion: number;
  readonly realm: string;
  readonly salt: string;
  readonly iterations: number;
}

/** Firmware has the AES encryptions since 8.0 (Intel AMT guide, "Get/Set Kerberos Settings"). */
const firstWithAes = 8;
const aes: readonly KerberosEncryption[] = ['aes256-cts-hmac-sha1-96', 'aes128-cts-hmac-sha1-96'];
const old: readonly KerberosEncryption[] = ['rc4-hmac'];
const clockToleranceMinutes = worstSkewSeconds / 60;
/** More the firmware does not keep; it uses none of them. */
const keptPrincipals = 4;

/**
 * Makes the device's object with its service principal names, or brings it up to date, with a new password that is kept before the
 * domain gets it. Repeatable. Rejects with DirectoryError: `directory_duplicate_spn` when another object has one of the names, which
 * would break Kerberos for both.
 */
export async function putDirectoryObject(
  device: {
    readonly id: string;
    readonly fqdn: string;
    readonly uuid: string | null;
    readonly amtVersion: string | null;
  },
  deps: DirectoryKeyDeps,
): Promise<DirectoryKey> {
  const { devices } = deps.directory;
  const { accountName } = devices.names(device.fqdn);
  const before = await ownObjectAlone(device.fqdn, deps.directory);
  const { password } = await deps.secrets.propose(
    device.id,
    'directory',
    { user: accountName, password: deps.newPassword() },
    deps.now(),
  );
  const encryptions = Number.parseFloat(device.amtVersion ?? '') < firstWithAes ? old : aes;
  const input = { fqdn: device.fqdn, uuid: device.uuid, encryptions };
  const keyed = await orFound(
    () => devices.put(input, password),
    async () => {
      const now = await devices.find({ by: 'fqdn', fqdn: device.fqdn });
      const isTaken = now !== null && now.keyVersion > (before?.keyVersion ?? 0);
      return isTaken ? devices.keys(now.dn, password) : null;
    },
  );
  await deps.secrets.confirm(device.id, 'directory', deps.now());
  return factsOf(keyed, deps.directory.name);
}

/**
 * Sets a new password of the object; the device's key has to follow (giveKerberosKey). Repeatable: one that was proposed before a crash
 * is set again. Rejects with DirectoryError.
 */
export async function rotateDirectoryPassword(
  { id, fqdn, dn }: { readonly id: string; readonly fqdn: string; readonly dn: string },
  deps: DirectoryKeyDeps,
): Promise<DirectoryKey> {
  const { devices } = deps.directory;
  const before = await devices.find({ by: 'fqdn', fqdn });
  const user = devices.names(fqdn).accountName;
  const { password } = await deps.secrets.propose(id, 'directory', { user, password: deps.newPassword() }, deps.now());
  const keyed = await orFound(
    () => devices.rotate(dn, password),
    async () => {
      const now = await devices.find({ by: 'fqdn', fqdn });
      return now && before && now.keyVersion > before.keyVersion ? devices.keys(dn, password) : null;
    },
  );
  await deps.secrets.confirm(id, 'directory', deps.now());
  return factsOf(keyed, deps.directory.name);
}

/**
 * The object that the device has already, null when it has none. Rejects with DirectoryError: `directory_duplicate_spn` when another
 * object has one of its service principal names.
 */
export async function ownObjectAlone(
  fqdn: string,
  { devices }: Pick<Directory, 'devices'>,
): Promise<DeviceObject | null> {
  const own = await devices.find({ by: 'fqdn', fqdn });
  const foreign = (await devices.holders(devices.names(fqdn).servicePrincipals)).flatMap(
    ({ servicePrincipal, objects }) =>
      objects.filter((dn) => dn.toLowerCase() !== own?.dn.toLowerCase()).map((dn) => `${servicePrincipal} has ${dn}`),
  );
  if (foreign.length > 0) throw new DirectoryError('directory_duplicate_spn', foreign);
  return own;
}

/** Does it; when the answer was lost, looks whether it was done. */
async function orFound(
  change: () => Promise<KeyedDeviceObject>,
  look: () => Promise<KeyedDeviceObject | null>,
): Promise<KeyedDeviceObject> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof DirectoryError) || !error.mayHaveActed) throw error;
    const found = await look();
    if (!found) throw error;
    return found;
  }
}

const factsOf = ({ object, keys }: KeyedDeviceObject, domain: string): DirectoryKey => {
  const { realm, salt, iterations, keyVersion } = keys;
  return { dn: object.dn, domain, keyVersion, realm, salt, iterations };
};

/**
 * Gives the device the key of the password that its object has: passphrase, salt and rounds, or before AMT 8.0 the RC4 key itself.
 * Repeatable: keys are never read back, so it is written each time. Resolves to the key version. Rejects with AmtError
 * (`firmware_fault` when it reads back otherwise), DirectoryError, or `credential_missing` without a password of the object.
 */
export async function giveKerberosKey(
  { provisioning: { kerberos } }: AmtSession,
  { deviceId, fqdn, dn }: { readonly deviceId: string; readonly fqdn: string; readonly dn: string },
  { directory: { devices }, secrets }: DirectoryKeyDeps,
): Promise<number> {
  const secret = await secrets.inForce(deviceId, 'directory');
  if (!secret) throw new AmtError('credential_missing', ['the password of its Active Directory object is not known']);
  const { keys } = await devices.keys(dn, secret.password);
  const { realm, keyVersion, salt, iterations, rc4 } = keys;
  const { supported } = await kerberos.read();
  const encryptions = aes.filter((each) => supported.includes(each));
  await kerberos.enable({
    realm,
    keyVersion,
    clockToleranceMinutes,
    servicePrincipals: devices.names(fqdn).servicePrincipals.slice(0, keptPrincipals),
    key:
      encryptions.length > 0
        ? { kind: 'passphrase', passphrase: secret.password, salt, iterations, encryptions }
        : { kind: 'master-key', key: rc4 },
  });
  const now = await kerberos.read();
  if (!now.enabled || now.realm !== realm || (now.keyVersion ?? keyVersion) !== keyVersion)
    throw new AmtError('firmware_fault', ['Kerberos reads back otherwise than it was set']);
  return keyVersion;
}
