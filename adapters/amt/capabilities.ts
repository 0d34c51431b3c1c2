import { AmtError } from '../../src/ports/amt.ts';

/** Which firmware has a class, and each operation on it. */
export interface Capability {
  /** What the class is for, in words that follow "AMT 3.2 has no". */
  readonly what: string;
  /** First version with the class; null: every version that speaks WS-Management. */
  readonly since: string | null;
  /** Operations that the client uses, with the first version that has them; null: as the class. */
  readonly operations: ReadonlyMap<string, string | null>;
}

/** `operations`: names, each with the version after an @ where it came later than the class. */
function entry(what: string, since: string | null, operations: string): Capability {
  const listed = operations.split(' ').map((one) => {
    const [name = '', version = null] = one.split('@');
    return [name, version] as const;
  });
  return { what, since, operations: new Map(listed) };
}

/*
 * Versions: Intel AMT Implementation and Reference Guide: the features' "Starting in Release" pages, the "Compatible with the following
 * Intel AMT Releases" of the class reference (IPS_OptInService: 6.2; in 6.0 and 6.1 consent was a property of the KVM settings), and
 * "Creating Key Pairs and Signing Certificate Requests" (GenerateKeyPair and GeneratePKCS10RequestEx: 6.2). AMT_PublicPrivateKeyPair
 * has no page that we found: AddKey, which is as old as the certificate store (3.0), answers with a reference to one. Wireless came
 * with the notebooks of 4.0. Blocking components came with the unprovisioning that an auditor can hold up (8.0): a deduction.
 */
/** Every class that the client talks to. */
export const capabilities = {
  AMT_8021XProfile: entry('wired 802.1X', null, 'Get Put'),
  AMT_AlarmClockService: entry('alarm clock', '5.1', 'Get Put AddAlarm@8.0'),
  AMT_AuditLog: entry(
    'access monitor',
    '4.0',
    'Get Put@5.1 ReadRecords ClearLog SetAuditLock RequestStateChange SetSigningKeyMaterial',
  ),
  AMT_AuditPolicyRule: entry('access monitor', '4.0', 'Get SetAuditPolicy SetAuditPolicyBulk@7.0'),
  AMT_AuthorizationService: entry(
    'access control list',
    null,
    'AddUserAclEntryEx EnumerateUserAclEntries GetUserAclEntryEx UpdateUserAclEntryEx RemoveUserAclEntry SetAclEnabledState GetAclEnabledState SetAdminAclEntryEx GetAdminAclEntry GetAdminNetAclEntryStatus',
  ),
  AMT_BootCapabilities: entry('list of boot options', null, 'Get'),
  AMT_BootSettingData: entry('boot settings', null, 'Get Put'),
  AMT_EthernetPortSettings: entry('network port settings', null, 'Get Put'),
  AMT_GeneralSettings: entry('general settings', null, 'Get Put'),
  AMT_KerberosSettingData: entry('Kerberos', null, 'Get Put Passphrase@8.0'),
  AMT_MessageLog: entry('event log', null, 'PositionToFirstRecord GetRecords ClearLog'),
  AMT_PublicKeyCertificate: entry('certificate store', null, 'Enumerate Delete'),
  AMT_PublicKeyManagementService: entry(
    'certificate store',
    null,
    'AddCertificate AddTrustedRootCertificate AddKey GenerateKeyPair@6.2 GeneratePKCS10RequestEx@6.2',
  ),
  AMT_PublicPrivateKeyPair: entry('key store', null, 'Enumerate Delete'),
  AMT_RedirectionService: entry('redirection', null, 'Get Put RequestStateChange'),
  AMT_SetupAndConfigurationService: entry(
    'set-up service',
    null,
    'Get CommitChanges Unprovision PartialUnprovision SetMEBxPassword GetUuid GetUnprovisionBlockingComponents@8.0 ExtendProvisioningPeriod',
  ),
  AMT_SystemPowerScheme: entry('list of power packages', null, 'Enumerate SetPowerScheme'),
  AMT_TimeSynchronizationService: entry('settable clock', null, 'GetLowAccuracyTimeSynch SetHighAccuracyTimeSynch'),
  AMT_TLSCredentialContext: entry('choice of its TLS certificate', null, 'Enumerate Create Put'),
  AMT_TLSSettingData: entry('TLS', null, 'Get Put'),
  AMT_WebUIService: entry('switch for its web page', null, 'Get RequestStateChange'),
  AMT_WiFiPortConfigurationService: entry('Wi-Fi profile service', '4.0', 'Get Put AddWiFiSettings UpdateWiFiSettings'),
  CIM_AssociatedPowerManagementService: entry('power state', null, 'Get'),
  CIM_BIOSElement: entry('BIOS inventory', null, 'Enumerate'),
  CIM_BootConfigSetting: entry('boot order', null, 'ChangeBootOrder'),
  CIM_BootService: entry('boot service', null, 'SetBootConfigRole'),
  CIM_Card: entry('board inventory', null, 'Enumerate'),
  CIM_Chassis: entry('chassis inventory', null, 'Enumerate'),
  CIM_Chip: entry('chip inventory', null, 'Enumerate'),
  CIM_ComputerSystemPackage: entry('system UUID', null, 'Enumerate'),
  CIM_ElementSettingData: entry('list of current settings', null, 'Enumerate'),
  CIM_KVMRedirectionSAP: entry('KVM redirection', '6.0', 'Get RequestStateChange'),
  CIM_MediaAccessDevice: entry('disk inventory', null, 'Enumerate'),
  CIM_PhysicalMemory: entry('memory inventory', null, 'Enumerate'),
  CIM_PowerManagementService: entry('power control', null, 'RequestPowerStateChange'),
  CIM_Processor: entry('processor inventory', null, 'Enumerate'),
  CIM_ServiceAvailableToElement: entry('list of services', null, 'Enumerate'),
  CIM_SoftwareIdentity: entry('list of firmware versions', null, 'Enumerate'),
  CIM_WiFiEndpointSettings: entry('Wi-Fi profiles', '4.0', 'Enumerate Delete'),
  CIM_WiFiPort: entry('wireless interface', '4.0', 'Get RequestStateChange'),
  IPS_AlarmClockOccurrence: entry('several alarms', '8.0', 'Enumerate Delete'),
  IPS_HostBasedSetupService: entry(
    'host-based set-up',
    '6.2',
    'Get Setup AddNextCertInChain AdminSetup UpgradeClientToAdmin',
  ),
  IPS_IEEE8021xSettings: entry('new wired 802.1X settings', '8.0', 'Get Put SetCertificates'),
  IPS_OptInService: entry('user consent service', '6.2', 'Get Put'),
  IPS_PowerManagementService: entry(
    'power saving of the operating system',
    '10.0',
    'Get RequestOSPowerSavingStateChange',
  ),
} as const satisfies Readonly<Record<string, Capability>>;

/** A class that the client talks to. */
export type ManagedClass = keyof typeof capabilities;

const byName: ReadonlyMap<string, Capability> = new Map(Object.entries(capabilities));

const parts = (version: string): number[] => version.split('.').map(Number);

/** Negative when `left` is older than `right`. What a version leaves out counts as 0: `12` is before `12.0.67`. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The first version with the operation; null when every version has it. Throws for what is not in the table. */
export function neededVersion(className: string, operation: string): string | null {
  const capability = byName.get(className);
  const own = capability?.operations.get(operation);
  if (capability === undefined || own === undefined) {
    throw new TypeError(`${operation} of ${className} is not in the capability table`);
  }
  return own ?? capability.since;
}

/** Why this firmware can't; null when it can, or when its version is not known. */
export function whyMissing(className: string, operation: string, version: string | null): AmtError | null {
  const needed = neededVersion(className, operation);
  if (needed === null || version === null || compareVersions(version, needed) >= 0) return null;
  const capability = byName.get(className);
  const what = capability?.since === needed ? `no ${capability.what}` : `no ${operation} of ${className}`;
  return new AmtError('class_missing', [`AMT ${version} has ${what} (since ${needed})`]);
}

/** What the client can do and a firmware version has not, by what each class is for. */
export function missingFeatures(version: string): readonly string[] {
  const missing = [...byName.values()].filter(({ since }) => since !== null && compareVersions(version, since) < 0);
  return [...new Set(missing.map(({ what, since }) => `${what} (since ${since ?? ''})`))];
}
