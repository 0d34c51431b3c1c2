import { factoryPassword } from '../../bare/factory.ts';
import type { Device } from '../../device.ts';
import { loginHash } from '../../protocol/login-hash.ts';
import type { ClassContext, ClassDefinition } from '../class-definition.ts';
import { numberArgument, textArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { auditStore, lockOf } from '../logs/audit-store.ts';
import { ipsIeee8021xSettings } from '../network/ieee8021x.ts';
import { realm } from '../realms.ts';
import { serviceKeys } from '../references.ts';
import { auditorOf, forgetAccounts } from '../security/acl.ts';
import { kerberosSettingData } from '../security/kerberos.ts';
import { commitTls } from '../security/tls.ts';
import { resetTls, tlsState } from '../security/tls-state.ts';
import { isFactoryPassword, isInSetup, provisioningOf, provisioningState } from './provisioning.ts';

const serviceName = 'Intel(r) AMT Setup and Configuration Service';

/** PT_STATUS values that the methods return: device-management-toolkit/go-wsman-messages. */
const status = {
  success: 0,
  notPermitted: 16,
  invalidParameter: 36,
  invalidPassword: 2054,
  dataMissing: 2057,
  blocked: 2076,
} as const;

/** COMPONENT_AUDIT_LOG. `[class model]` */
const auditLogComponent = 1;

/**
 * Provisioning. Properties and order `[capture]`, methods: intel/lms CIM classes `[class model]`. After an
 * unprovisioning the lab's device stays on the network, as one with the fault not-provisioned, so that it can be
 * looked at; a real one is silent `[guess]`.
 */
export const setupAndConfigurationService: ClassDefinition = {
  name: 'AMT_SetupAndConfigurationService',
  keys: serviceKeys,
  hasDatetime: true,
  beforeProvisioning: true,
  realms: { read: [realm.generalInfo] },
  read: ({ device }) => [
    {
      properties: [
        ['CreationClassName', 'AMT_SetupAndConfigurationService'],
        ...(device.factory ? [['DhcpDNSSuffix', device.factory.dnsSuffix] as const] : []),
        ['ElementName', serviceName],
        ['EnabledState', 5],
        ['Name', serviceName],
        ['PasswordModel', 1],
        ['ProvisioningMode', 1],
        ['ProvisioningServerOTP', Buffer.alloc(32).toString('base64')],
        ['ProvisioningState', provisioningState(device)],
        ['RequestedState', 12],
        ['SystemCreationClassName', 'CIM_ComputerSystem'],
        ['SystemName', 'Intel(r) AMT'],
        ['ZeroTouchConfigurationEnabled', true],
      ],
    },
  ],
  methods: {
    /** SMBIOS UUID as base64. `[capture]` */
    GetUuid: {
      input: '',
      realms: [realm.generalInfo],
      invoke: ({ device }) => ({
        properties: [
          ['UUID', Buffer.from(device.uuid, 'hex').toString('base64')],
          ['ReturnValue', status.success],
        ],
      }),
    },
    CommitChanges: { input: '', writes: true, invoke: commit },
    Unprovision: {
      input: 'ProvisioningMode:uint32',
      writes: true,
      invoke(context, given) {
        const mode = numberArgument(given, 'ProvisioningMode');
        if (mode > 3) return status.invalidParameter;
        const verdict = unprovision(context);
        if (verdict === status.success) forgetSetup(context.device);
        return verdict;
      },
    },
    PartialUnprovision: { input: '', writes: true, invoke: unprovision },
    ExtendProvisioningPeriod: {
      input: 'Duration:uint32',
      // Only while the device waits to be provisioned. [guess]
      invoke: ({ device }, given) => {
        const hours = numberArgument(given, 'Duration');
        if (provisioningState(device) === 2) return status.notPermitted;
        return hours >= 1 && hours <= 24 ? status.success : status.invalidParameter;
      },
    },
    SetMEBxPassword: {
      input: 'Password:string',
      writes: true,
      invoke({ device }, given) {
        const password = textArgument(given, 'Password') ?? '';
        if (!isStrong(password)) return status.invalidPassword;
        if (device.factory) {
          const mebxHash = loginHash('admin', device.realm, password);
          Object.assign(device.factory, { isMebxChanged: true, mebxHash });
        }
        return status.success;
      },
    },
    GetUnprovisionBlockingComponents: {
      input: '',
      since: 8,
      realms: [realm.generalInfo],
      invoke: ({ device }) => ({
        properties: [
          ['Component', provisioningOf(device).blockedBy],
          ['ReturnValue', status.success],
        ],
      }),
    },
  },
};

/**
 * Puts TLS settings in force; a PC from the factory is provisioned then. That one whose administrator still has the factory's
 * password can't be, is a `[guess]`; that from AMT 19 on MEBx must have another one, and that it is missing data without:
 * device-management-toolkit/rps `[code]`.
 */
function commit(context: ClassContext): number {
  const { device } = context;
  if (!isInSetup(device)) return commitTls(context);
  if (isFactoryPassword(device)) return status.notPermitted;
  if (device.persona.generation >= 19 && !device.factory?.isMebxChanged) return status.dataMissing;
  const verdict = commitTls(context);
  if (verdict !== status.success) return verdict;
  Object.assign(provisioningOf(device), { state: 2, controlMode: 2 });
  // The port that judged the set-up server is done with.
  device.portsChanged = true;
  return verdict;
}

/** 8 to 32 characters of all four kinds, without those that the screens can't take. `[guide]` */
function isStrong(password: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/];
  return /^[\x21-\x7e]{8,32}$/.test(password) && !/[",:]/.test(password) && kinds.every((kind) => kind.test(password));
}

/**
 * Before AMT 8 an enabled audit log, from 8 to 11 an auditor, blocks it unless the auditor has set the lock for
 * unprovisioning; from 12 on nobody can. `[guide]`
 */
function unprovision(context: ClassContext): number {
  const { device, nowMs } = context;
  const { generation } = device.persona;
  const provisioning = provisioningOf(device);
  const isWatched = generation < 8 ? auditStore(device).isEnabled : auditorOf(device) !== undefined;
  const isBlocked = generation < 12 && isWatched && lockOf(device, nowMs)?.isForUnprovisioning !== true;
  provisioning.blockedBy = isBlocked ? [auditLogComponent] : [];
  if (isBlocked) return status.blocked;
  // 5: by WS-Management from the network. intel/lms [class model]
  const refusal = refusedByAudit(context, 1619, Buffer.from([5]));
  if (refusal !== undefined) return refusal;
  provisioning.state = 0;
  if (device.factory) forgetAccess(device);
  return status.success;
}

/** Accounts, the key that it shares with the domain and 802.1X are gone; that they are after a partial one, too, is a `[guess]`. */
function forgetAccess(device: Device): void {
  forgetAccounts(device);
  kerberosSettingData.forget(device);
  ipsIeee8021xSettings.forget(device);
  tlsState(device).usedElsewhere.clear();
  // The port judges the next set-up server.
  device.portsChanged = true;
}

/**
 * What a PC from the factory forgets with all of its set-up: its administrator has the password of MEBx again, which stays `[guide]`;
 * its TLS shows the certificate that it was made with `[guess]`.
 */
function forgetSetup(device: Device): void {
  if (!device.factory) return;
  device.adminHash = device.factory.mebxHash ?? loginHash('admin', device.realm, factoryPassword);
  resetTls(device);
}
