import { realms } from '../../../../src/ports/amt/accounts.ts';
import { linkMoments } from '../settings/link-policy.ts';
import { createByteReader } from './byte-reader.ts';
import {
  account,
  byteNamed,
  type Detail,
  type DetailReader,
  hex,
  inTurn,
  ipv4Addresses,
  ipv6Addresses,
  lengthAndText,
  named,
  networkInterface,
  plainNumber,
  powerPackage,
  serialNumber,
  version,
  yesNo,
} from './detail-readers.ts';

const enabled = byteNamed('enabled', { 0: 'no', 1: 'yes' });
const tlsModes = { 0: 'no authentication', 1: 'server only', 2: 'mutual' };
const hashNames = { 0: 'MD5', 1: 'SHA-1', 2: 'SHA-256', 3: 'SHA-384', 4: 'SHA-512' };
const hashLengths: Readonly<Record<number, number>> = { 0: 16, 1: 20, 2: 32, 3: 48, 4: 64 };
const setUpMethods = {
  1: 'pre-shared key',
  2: 'remote, by certificate',
  3: 'by hand in MEBx',
  5: 'from the operating system, admin mode',
  6: 'by DAL',
};
const withChain = 2;

/** 1601: how the device was set up; by certificate also the root's hash, the chain's serial numbers and the server's name. */
const provisioningCompleted: DetailReader = (reader) => {
  const method = reader.number(1);
  const details: Detail[] = [{ label: 'set up', value: named(setUpMethods, method) }];
  if (method !== withChain || reader.left === 0) return details;
  const hashType = reader.number(1);
  const root = hex(reader.bytes(hashLengths[hashType] ?? 0));
  details.push({ label: `root ${named(hashNames, hashType)}`, value: root });
  const certificates = reader.number(1);
  for (let n = 1; n <= certificates && reader.left >= 16; n += 1) {
    details.push({ label: `certificate ${n} serial`, value: hex(reader.bytes(16)) });
  }
  details.push({ label: 'more certificates', value: yesNo(reader.number(1)) });
  details.push({ label: 'server', value: reader.text() });
  return details;
};

const changedParts = [
  [0x01, 'name'],
  [0x02, 'password'],
  [0x04, 'local realms'],
  [0x08, 'network realms'],
  [0x10, 'Kerberos domain'],
  [0x20, 'SID'],
] as const;

/** 1603: which parts of an entry were changed. */
const aclChange: DetailReader = (reader) => {
  const bits = reader.number(1);
  const parts = changedParts.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
  return [{ label: 'changed', value: parts.join(', ') || `none (${bits})` }];
};

const realmNames: ReadonlyMap<number, string> = new Map(Object.entries(realms).map(([n, name]) => [Number(n), name]));
const realm: DetailReader = (reader) => {
  const number = reader.number(4);
  return [{ label: 'realm', value: realmNames.get(number) ?? `realm ${number}` }];
};

const specialCommands = {
  0: 'none',
  1: 'network boot',
  2: 'hard disk boot',
  3: 'hard disk safe mode boot',
  4: 'diagnostic boot',
  5: 'CD or DVD boot',
  193: 'Intel OEM command',
  194: 'HTTPS boot',
  195: 'PBA or WinRE boot',
};

/** 1700 to 1706: how the boot was to go. */
const bootOptions: DetailReader = (reader) => {
  if (reader.left < 7) return [];
  const command = reader.number(1);
  const [parameter, mask, oem] = [reader.number(2), reader.number(2), reader.number(2)];
  const details = [{ label: 'special command', value: named(specialCommands, command) }];
  const others = [
    ['parameter', parameter],
    ['boot options', mask],
    ['OEM parameters', oem],
  ] as const;
  for (const [label, value] of others) {
    if (value !== 0) details.push({ label, value: `0x${value.toString(16).padStart(4, '0')}` });
  }
  return details;
};

/** 2200: the addresses are there when they are fixed ones. */
const ipSettings = inTurn(
  networkInterface,
  byteNamed('DHCP', { 0: 'no', 1: 'yes' }),
  ipv4Addresses('address', 'subnet mask', 'gateway', 'DNS server', 'second DNS server'),
);

const allLinkValues = [1, 14, 16, 224];
/** 2204: the sum of what LinkPolicy lists. */
const linkPolicy: DetailReader = (reader) => {
  const sum = reader.number(4);
  const moments = linkMoments(allLinkValues.filter((value) => (sum & value) === value));
  return [{ label: 'link kept up', value: `${moments.join(', ') || 'never'} (${sum})` }];
};

/** 2205: the interface id stands there whatever its type. */
const ipv6Settings = inTurn(
  networkInterface,
  enabled,
  byteNamed('interface id', { 0: 'random', 1: 'by Intel AMT', 2: 'by hand' }),
  (reader) => [{ label: 'interface id bytes', value: hex(reader.bytes(8)) }],
  ipv6Addresses('address', 'router', 'DNS server', 'second DNS server'),
);

/** 2700, 2702: the SSID fills up its 32 bytes with zeros. */
const wifiProfile = inTurn(
  (reader) => [{ label: 'SSID', value: reader.bytes(32).toString('utf8').replace(/\0+$/, '') }],
  plainNumber('priority', 1),
  lengthAndText('profile'),
);

const consent = { 0: 'none', 1: 'KVM', 255: 'all' };
const failedAccess = { 1: 'BIOS', 2: 'MEBx', 3: 'local MEI', 4: 'local WS-Management', 5: 'remote WS-Management' };
const deviceTime: DetailReader = (reader) => [
  { label: 'new time', value: new Date(reader.number(4) * 1_000).toISOString() },
];

// Layouts: Intel AMT Implementation and Reference Guide, "Extended Data", and intel/lms AuditLogWSManClient. Big-endian.
// Events whose layout the sources disagree on (1901, 2703, 2704) are not here: they are shown as hex.
const readers: Readonly<Record<number, DetailReader>> = {
  1601: provisioningCompleted,
  1602: account,
  1603: inTurn(aclChange, account),
  1604: account,
  1605: byteNamed('invalid credentials for', { 0: 'AMT', 1: 'MEBx' }),
  1606: inTurn(enabled, account),
  1607: inTurn(byteNamed('network interface', tlsModes), byteNamed('local interface', tlsModes)),
  1608: serialNumber,
  1609: serialNumber,
  1610: serialNumber,
  1611: serialNumber,
  1613: plainNumber('clock tolerance in minutes', 1),
  1616: powerPackage,
  1617: inTurn(realm, byteNamed('mode', { 0: 'no authentication', 1: 'authentication', 2: 'disabled' })),
  1619: byteNamed('started by', failedAccess),
  1700: bootOptions,
  1702: bootOptions,
  1703: bootOptions,
  1704: bootOptions,
  1706: bootOptions,
  1900: inTurn(version('from version'), version('to version')),
  2005: plainNumber('reason', 1),
  2100: deviceTime,
  2200: ipSettings,
  2201: lengthAndText('host name'),
  2202: lengthAndText('domain name'),
  2204: inTurn(networkInterface, linkPolicy),
  2205: ipv6Settings,
  2700: wifiProfile,
  2702: wifiProfile,
  3000: inTurn(byteNamed('consent before', consent), byteNamed('consent now', consent)),
  3001: plainNumber('code state', 1),
};

/**
 * Extended data of an event in words. What is not known, what does not fit its layout and what is left over stands there as
 * hex: nothing is dropped, and nothing is shown that the bytes do not say.
 */
export function decodeExtendedData(appId: number, eventId: number, bytes: Uint8Array): readonly Detail[] {
  if (bytes.length === 0) return [];
  const whole = [{ label: 'data', value: hex(bytes) }];
  const read = eventId < 100 ? readers[appId * 100 + eventId] : undefined;
  if (read === undefined) return whole;
  const reader = createByteReader(bytes);
  const details = read(reader);
  if (!reader.intact) return whole;
  return reader.left === 0 ? details : [...details, { label: 'further data', value: hex(reader.rest()) }];
}
