import type { ClassContext } from './classes/class-definition.ts';
import { auditStore, fillOf, lockOf } from './classes/logs/audit-store.ts';
import { eventStore } from './classes/logs/event-store.ts';
import { ethernetPortSettings } from './classes/network/ethernet.ts';
import { generalSettings } from './classes/network/general.ts';
import { ipsIeee8021xSettings } from './classes/network/ieee8021x.ts';
import { currentSchemeName } from './classes/power/power-scheme.ts';
import { type AclEntry, aclOf } from './classes/security/acl.ts';
import { credentialStore, keyOf } from './classes/security/credential-store.ts';
import { kerberosSettingData } from './classes/security/kerberos.ts';
import { tlsState } from './classes/security/tls-state.ts';
import { controlModeOf, provisioningState } from './classes/setup/provisioning.ts';
import type { Device } from './device.ts';
import type { Fleet } from './fleet.ts';
import { defaultTiming, isReachable } from './power.ts';
import { certificatePem } from './tls/certificate.ts';

/**
 * What a device has inside, for tests to look at: how it booted, its logs, accounts, alarms, clock, settings, and what real
 * firmware shows nobody: the key that its Kerberos tickets are for, and private keys. Plain data that becomes JSON.
 */
export function stateOf(fleet: Fleet, device: Device): Readonly<Record<string, unknown>> {
  const nowMs = fleet.now();
  const context = contextOf(fleet, device);
  const { power } = device;
  const reachable = isReachable(power, nowMs);
  return {
    reachable,
    powerState: power.state,
    boots: power.bootLog.map(({ atMs, cause, source, flags }) => ({ atMs, cause, source: source ?? null, flags })),
    nextBoot: { source: power.next.source ?? null, role: power.next.role, flags: power.next.flags },
    alarms: power.alarms.map(({ id, nextMs, intervalMs, isOver }) => ({ id, nextMs, intervalMs, isOver })),
    clockAheadMs: power.clockAheadMs,
    powerScheme: currentSchemeName(device),
    linkPolicy: ethernetPortSettings.values(context)[0]?.get('LinkPolicy'),
    provisioningState: provisioningState(device),
    controlMode: controlModeOf(device),
    factory: device.factory && {
      hellosSent: device.factory.hellosSent,
      refusals: device.factory.refusals,
      isMebxChanged: device.factory.isMebxChanged,
    },
    auditLog: auditState(device, nowMs),
    eventRecords: eventStore(device, nowMs).records.length,
    accounts: [...aclOf(device).entries.values()].map(account),
    adminName: aclOf(device).adminName,
    generalSettings: Object.fromEntries(generalSettings.values(context)[0] ?? []),
    kerberos: Object.fromEntries(kerberosSettingData.values(context)[0] ?? []),
    certificates: certificates(context),
    networkAccess: Object.fromEntries(ipsIeee8021xSettings.values(context)[0] ?? []),
  };
}

/** The certificate store; `usedFor`: `tls` is what the TLS port shows, the others are profiles of 802.1X. */
function certificates({ device, keys }: ClassContext): readonly Readonly<Record<string, unknown>>[] {
  const store = credentialStore(device, keys);
  const { inForce, usedElsewhere } = tlsState(device);
  return [...store.certificates].map(([handle, certificate]) => ({
    handle,
    pem: certificatePem(certificate.der),
    isTrustedRoot: certificate.isTrustedRoot,
    key: keyOf(store, certificate)?.export({ format: 'pem', type: 'pkcs8' }) ?? null,
    usedFor: [
      ...(inForce.certificate === handle ? ['tls'] : []),
      ...[...usedElsewhere].flatMap(([profile, handles]) => (handles.includes(handle) ? [profile] : [])),
    ],
  }));
}

/** A look from inside, as the administrator. */
const contextOf = (fleet: Fleet, device: Device): ClassContext => ({
  device,
  nowMs: fleet.now(),
  timing: defaultTiming,
  keys: fleet.keys,
  caller: { name: 'admin', isAdmin: true, realms: [], address: '127.0.0.1' },
});

function auditState(device: Device, nowMs: number): Readonly<Record<string, unknown>> {
  const store = auditStore(device);
  return {
    records: store.records.length,
    fill: fillOf(store),
    isEnabled: store.isEnabled,
    storagePolicy: store.storagePolicy,
    isLocked: lockOf(device, nowMs) !== undefined,
    critical: [...store.policy].filter(([, isCritical]) => isCritical).map(([id]) => id),
    audited: [...store.policy.keys()],
    /** The last ones, newest last, base64. */
    last: store.records.slice(-10).map(({ bytes }) => bytes.toString('base64')),
  };
}

const account = ({ handle, digest, sid, access, realms, isEnabled }: AclEntry): Readonly<Record<string, unknown>> => ({
  handle,
  name: digest?.name ?? null,
  sid: sid?.toString('base64') ?? null,
  access,
  realms,
  isEnabled,
});
