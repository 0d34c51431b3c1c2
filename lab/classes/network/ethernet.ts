import type { Device } from '../../device.ts';
import type { ClassContext } from '../class-definition.ts';
import { numberArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { bigEndian } from '../logs/audit-record.ts';
import { realm } from '../realms.ts';
import { createWritable, type Values } from '../writable.ts';

const wired = 'Intel(r) AMT Ethernet Port Settings 0';
const wireless = 'Intel(r) AMT Ethernet Port Settings 1';

/** Bits of LinkPolicy: link up in S0 and Sx, on mains (AC) and battery (DC). `[class model]` */
const linkPolicy = { s0Ac: 1, sxAc: 14, s0Dc: 16, sxDc: 224 } as const;

/** PT_STATUS of values that can't be; which one firmware uses is a `[guess]` apart from those by name. */
const status = { invalidParameter: 36, invalidAddress: 27, invalidNetmask: 37 } as const;

/** An undocked notebook; what its wired interface shows then is a `[guess]`. */
const isWiredDown = (device: Device): boolean => device.faults.has('wired-down');

/**
 * Network interfaces: 0 is wired, 1 is wireless. Properties and order as recorded `[capture]`. LinkPolicy 14 keeps
 * the management engine reachable while the PC is off.
 */
export const ethernetPortSettings = createWritable({
  name: 'AMT_EthernetPortSettings',
  keys: ['InstanceID'],
  beforeProvisioning: true,
  realms: { read: [realm.generalInfo] },
  initial: ({ device }) => [
    {
      DHCPEnabled: true,
      DefaultGateway: '127.0.0.1',
      ElementName: 'Intel(r) AMT Ethernet Port Settings',
      IPAddress: isWiredDown(device) ? '0.0.0.0' : device.address,
      InstanceID: wired,
      IpSyncEnabled: true,
      LinkIsUp: !isWiredDown(device),
      LinkPolicy: device.power.linkInSx ? [linkPolicy.s0Ac, linkPolicy.sxAc] : [linkPolicy.s0Ac],
      MACAddress: device.mac.replaceAll(':', '-'),
      PhysicalConnectionType: 0,
      PrimaryDNS: '127.0.0.1',
      SharedDynamicIP: true,
      SharedMAC: true,
      SharedStaticIp: false,
      SubnetMask: '255.0.0.0',
    },
    {
      ConsoleTcpMaxRetransmissions: 5,
      DHCPEnabled: true,
      ElementName: 'Intel(r) AMT Ethernet Port Settings',
      ...(isWiredDown(device) ? { IPAddress: device.address } : {}),
      InstanceID: wireless,
      LinkControl: 2,
      LinkIsUp: isWiredDown(device),
      LinkPreference: 2,
      MACAddress: isWiredDown(device) ? device.mac.replace('02:', '06:').replaceAll(':', '-') : '00-00-00-00-00-00',
      PhysicalConnectionType: 3,
      SharedMAC: true,
      WLANLinkProtectionLevel: 1,
    },
  ],
  schema:
    'InstanceID:string= ElementName:string= VLANTag:uint16 SharedMAC:boolean= MACAddress:string= LinkIsUp:boolean= ' +
    'LinkPolicy:uint8[] LinkPreference:uint32= LinkControl:uint32= SharedStaticIp:boolean SharedDynamicIP:boolean ' +
    'IpSyncEnabled:boolean DHCPEnabled:boolean IPAddress:string SubnetMask:string DefaultGateway:string ' +
    'PrimaryDNS:string SecondaryDNS:string ConsoleTcpMaxRetransmissions:uint32 PhysicalConnectionType:uint32= ' +
    'PhysicalNicMedium:uint32= WLANLinkProtectionLevel:uint32',
  writing,
  methods: {
    SetLinkPreference: {
      input: 'LinkPreference:uint32! Timeout:uint32',
      since: 6,
      invoke(context, given, selectors) {
        const preference = numberArgument(given, 'LinkPreference');
        const timeout = numberArgument(given, 'Timeout');
        if (selectors.get('InstanceID') !== wireless || preference < 1 || preference > 2) {
          return status.invalidParameter;
        }
        const extended = bigEndian([4, Number.isNaN(timeout) ? 0 : timeout], [4, preference]);
        const refusal = refusedByAudit(context, 2704, extended);
        if (refusal !== undefined) return refusal;
        const linkControl = preference === 1 ? 1 : 2;
        ethernetPortSettings.assign(context, { LinkPreference: preference, LinkControl: linkControl }, 1);
        return 0;
      },
    },
  },
});

const numbersOf = (values: Values, name: string): number[] => {
  const value = values.get(name);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'number') : [];
};

const addressNames = ['IPAddress', 'SubnetMask', 'DefaultGateway', 'PrimaryDNS', 'SecondaryDNS'] as const;

/** Takes effect at once: link policy `[guide]`; the addresses stay those of the lab. */
function writing(context: ClassContext, after: Values, before: Values): number | undefined {
  const policy = numbersOf(after, 'LinkPolicy');
  const allowed: readonly number[] = Object.values(linkPolicy);
  if (policy.some((one) => !allowed.includes(one))) return status.invalidParameter;
  for (const name of addressNames) {
    const text = after.get(name);
    if (typeof text === 'string' && text !== '' && !isAddress(text)) {
      return name === 'SubnetMask' ? status.invalidNetmask : status.invalidAddress;
    }
  }
  const isWired = after.get('InstanceID') === wired;
  const refusal =
    auditAddresses(context, after, before, isWired) ??
    auditVlan(context, after, before) ??
    auditPolicy(context, policy, numbersOf(before, 'LinkPolicy'), isWired);
  if (refusal === undefined && isWired) context.device.power.linkInSx = policy.includes(linkPolicy.sxAc);
  return refusal;
}

const octetsOf = (text: string): number[] => text.split('.').map(Number);

function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && octetsOf(text).every((octet) => octet <= 255);
}

const interfaceOf = (isWired: boolean): number => (isWired ? 0 : 1);

/** 2200: interface, DHCP, and when it is off the five addresses. intel/lms `[class model]` */
function auditAddresses(context: ClassContext, after: Values, before: Values, isWired: boolean): number | undefined {
  const names = ['DHCPEnabled', ...addressNames];
  if (names.every((name) => after.get(name) === before.get(name))) return undefined;
  const isDynamic = after.get('DHCPEnabled') === true;
  const addresses = isDynamic
    ? []
    : addressNames.map((name) => Buffer.from(octetsOf(String(after.get(name) ?? '0.0.0.0'))));
  const head = bigEndian([4, interfaceOf(isWired)], [1, isDynamic ? 1 : 0]);
  return refusedByAudit(context, 2200, Buffer.concat([head, ...addresses]));
}

/** 2203: what is in it is not published; the tag `[guess]`. */
function auditVlan(context: ClassContext, after: Values, before: Values): number | undefined {
  const tag = after.get('VLANTag');
  if (typeof tag !== 'number' || tag === before.get('VLANTag')) return undefined;
  return refusedByAudit(context, 2203, bigEndian([2, tag]));
}

/** 2204: interface and the sum of the policy's numbers. intel/lms `[class model]` */
function auditPolicy(
  context: ClassContext,
  after: readonly number[],
  before: readonly number[],
  isWired: boolean,
): number | undefined {
  const sum = (policy: readonly number[]) => policy.reduce((total, one) => total | one, 0);
  if (sum(after) === sum(before)) return undefined;
  return refusedByAudit(context, 2204, bigEndian([4, interfaceOf(isWired)], [4, sum(after)]));
}
