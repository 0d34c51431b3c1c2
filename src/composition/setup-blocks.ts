import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { newDevicePassword } from '../ports/directory/password.ts';
import { type Directory, DirectoryError } from '../ports/directory.ts';
import type { DeviceSecretStore } from '../ports/provisioning/device-secrets.ts';
import type { CredentialSource } from '../ports/secrets.ts';
import { type Profile, profileFor } from '../profiles/profile.ts';
import { applyProfile } from '../provisioning/configure/apply-profile.ts';
import type { DirectoryBlock, SetupBlocks } from '../provisioning/machine/machine-deps.ts';
import { activateCertificate } from '../provisioning/secure/activate-certificate.ts';
import { type DeviceCertificateDeps, giveCertificate } from '../provisioning/secure/device-certificate.ts';
import {
  type DirectoryKeyDeps,
  giveKerberosKey,
  ownObjectAlone,
  putDirectoryObject,
} from '../provisioning/secure/directory-key.ts';
import { enableTls } from '../provisioning/secure/tls.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import { domainOf } from './directories.ts';

const purpose = 'device_tls';

/** What PCs are given beside their account, as far as it is configured. */
export function openSetupBlocks(
  config: Config,
  {
    authority,
    directoryOf,
    secrets,
    profiles,
    credentials,
  }: {
    /** Null: no authority is configured. */
    readonly authority: DeviceCertificateDeps | null;
    readonly directoryOf: (fqdn: string) => Promise<Directory | null>;
    readonly secrets: DeviceSecretStore;
    readonly profiles: () => readonly Profile[];
    readonly credentials: CredentialSource;
  },
): SetupBlocks {
  const profileDeps = { profiles, credentials, authority, readFile: (path: string) => readFile(path) };
  return {
    certificates: authority && {
      give: (session, order) => giveCertificate(session, { ...order, purpose }, authority),
      activated: async (session, facts) => {
        await activateCertificate(session, { purpose, facts }, authority);
      },
    },
    enableTls: (session) => enableTls(session, { mutual: false, plainTextAccepted: false }),
    directoryOf: (fqdn) => blockOf(config, fqdn, directoryOf, secrets),
    hasProfile: (device) => profileFor(device, profiles()) !== null,
    applyProfile: (session, device, part, known) => applyProfile(session, device, { ...profileDeps, ...known }, [part]),
  };
}

function blockOf(
  config: Config,
  name: string,
  directoryOf: (fqdn: string) => Promise<Directory | null>,
  secrets: DeviceSecretStore,
): DirectoryBlock | null {
  const domain = domainOf(config, name);
  const dnsName = domain === null ? undefined : config.directory.domains[domain]?.dnsName;
  if (dnsName === undefined) return null;
  const open = async (): Promise<Directory> => {
    const directory = await directoryOf(name);
    if (!directory) throw new TypeError('the domain is configured');
    return directory;
  };
  const toolsOf = async (): Promise<DirectoryKeyDeps> => ({
    directory: await open(),
    secrets,
    newPassword: newDevicePassword,
    now: () => clock.now(),
  });
  return {
    domain: dnsName,
    async check(fqdn) {
      const directory = await open();
      const { unit, devices } = directory;
      if (!(await unit.exists())) throw new DirectoryError('directory_not_found', [unit.dn]);
      const own = await ownObjectAlone(fqdn, directory);
      if (!own && !(await unit.effective()).createComputers)
        throw new DirectoryError('directory_no_rights', [`no computer may be made in ${unit.dn}`]);
      return devices.names(fqdn).accountName;
    },
    async put({ id, fqdn, uuid = null, amtVersion }, facts) {
      const device = { id, fqdn, uuid, amtVersion: facts.amtVersion ?? amtVersion };
      const { dn, domain: named, keyVersion } = await putDirectoryObject(device, await toolsOf());
      return { directoryDn: dn, domain: named, keyVersion: String(keyVersion) };
    },
    async giveKey(session, { id, fqdn }, { directoryDn: dn = '' }) {
      await giveKerberosKey(session, { deviceId: id, fqdn, dn }, await toolsOf());
    },
  };
}
