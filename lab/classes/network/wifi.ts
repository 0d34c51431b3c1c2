import type { Arguments, ClassContext, ClassDefinition, Instance, Value } from '../class-definition.ts';
import { numberArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { bigEndian, lengthAnd } from '../logs/audit-record.ts';
import { perDevice } from '../per-device.ts';
import { realm } from '../realms.ts';
import { instanceIdOf, serviceKeys } from '../references.ts';
import { handleOf } from '../security/certificates.ts';
import { createWritable } from '../writable.ts';
import { ieee8021xInput, useCertificates } from './ieee8021x.ts';
import { readProfile, type WifiProfile } from './wifi-profile.ts';

/** PT_STATUS values; that these answer what they answer is a `[guess]`. */
const status = { success: 0, maxLimitReached: 23, invalidParameter: 36, duplicate: 2058, notFound: 2068 } as const;

/** Profiles that fit in. `[guide]` */
const mostProfiles = 16;

const profilesOf = perDevice<Map<string, WifiProfile>>(() => new Map());

/** Wireless profiles: kept and checked; there is no wireless network in the lab. */
const endpointSettings =
  'InstanceID:string ElementName:string! Priority:uint8! SSID:string BSSType:uint16 EncryptionMethod:uint16! ' +
  'OtherEncryptionMethod:string AuthenticationMethod:uint16! OtherAuthenticationMethod:string Keys:hex[] ' +
  'KeyIndex:uint8 PSKValue:base64 PSKPassPhrase:string';

const embedded = { CIM_WiFiEndpointSettings: endpointSettings, CIM_IEEE8021xSettings: ieee8021xInput };
const settingsInput =
  'WiFiEndpointSettingsInput:CIM_WiFiEndpointSettings! IEEE8021xSettingsInput:CIM_IEEE8021xSettings ' +
  'ClientCredential:reference CACredential:reference';

/**
 * Wireless profiles and how they are shared with the operating system. Properties and order as recorded `[capture]`;
 * methods: intel/lms CIM classes, since AMT 4 `[class model]`.
 */
export const wifiPortConfigurationService = createWritable({
  name: 'AMT_WiFiPortConfigurationService',
  keys: serviceKeys,
  hasDatetime: true,
  since: 4,
  initial: () => [
    {
      CreationClassName: 'AMT_WiFiPortConfigurationService',
      ElementName: 'Intel(r) AMT WiFiPort Configuration Service',
      EnabledState: 5,
      HealthState: 5,
      LastConnectedSsidUnderMeControl: '',
      Name: 'Intel(r) AMT WiFi Port Configuration Service',
      NoHostCsmeSoftwarePolicy: 0,
      RequestedState: 12,
      SystemCreationClassName: 'CIM_ComputerSystem',
      SystemName: 'Intel(r) AMT',
      UEFIWiFiProfileShareEnabled: false,
      localProfileSynchronizationEnabled: 0,
    },
  ],
  schema:
    'ElementName:string= HealthState:uint16= RequestedState:uint16= EnabledState:uint16= ' +
    'SystemCreationClassName:string= SystemName:string= CreationClassName:string= Name:string= ' +
    'localProfileSynchronizationEnabled:uint32 LastConnectedSsidUnderMeControl:string= ' +
    'NoHostCsmeSoftwarePolicy:uint32 UEFIWiFiProfileShareEnabled:boolean',
  writing(context, after, before) {
    const sync = Number(after.get('localProfileSynchronizationEnabled'));
    if (sync > 3 || Number(after.get('NoHostCsmeSoftwarePolicy')) > 2) return status.invalidParameter;
    const isOther = sync !== before.get('localProfileSynchronizationEnabled');
    const shares = after.get('UEFIWiFiProfileShareEnabled') !== before.get('UEFIWiFiProfileShareEnabled');
    return (
      (isOther ? refusedByAudit(context, 2703, littleEndian(sync)) : undefined) ??
      (shares ? refusedByAudit(context, 2705) : undefined)
    );
  },
  methods: {
    AddWiFiSettings: {
      input: `WiFiEndpoint:reference! ${settingsInput}`,
      embedded,
      writes: true,
      invoke(context, given) {
        const profiles = profilesOf(context.device);
        const profile = readProfile(given);
        if (!profile) return status.invalidParameter;
        if (profiles.has(profile.name) || hasPriority(context, profile)) return status.duplicate;
        if (profiles.size >= mostProfiles) return status.maxLimitReached;
        return keep(context, given, profile, 2700);
      },
    },
    UpdateWiFiSettings: {
      input: `WiFiEndpointSettings:reference! ${settingsInput}`,
      embedded,
      writes: true,
      invoke(context, given) {
        const id = instanceIdOf(given, 'WiFiEndpointSettings', 'CIM_WiFiEndpointSettings');
        const profile = readProfile(given);
        if (!profile) return status.invalidParameter;
        if (id !== instanceIdFor(profile.name) || !profilesOf(context.device).has(profile.name)) return status.notFound;
        return keep(context, given, profile, 2702);
      },
    },
    DeleteAllITProfiles: {
      input: '',
      writes: true,
      invoke(context) {
        profilesOf(context.device).clear();
        return status.success;
      },
    },
    DeleteAllUserProfiles: { input: '', writes: true, invoke: () => status.success },
  },
});

/** The number of the profile synchronisation stands little-endian in the record. intel/lms `[class model]` */
const littleEndian = (value: number): Buffer => bigEndian([4, value]).reverse();

const instanceIdFor = (name: string): string => `Intel(r) AMT:WiFi Endpoint Settings ${name}`;

/** Two profiles can't have the same priority. `[guide]` */
const hasPriority = ({ device }: ClassContext, profile: WifiProfile): boolean =>
  [...profilesOf(device).values()].some((one) => one.name !== profile.name && one.priority === profile.priority);

/** SSID in 32 bytes, priority, name. intel/lms `[class model]` */
function profileData({ ssid, priority, name }: WifiProfile): Buffer {
  const padded = Buffer.alloc(32);
  Buffer.from(ssid, 'utf8').copy(padded);
  return Buffer.concat([padded, Buffer.from([priority]), lengthAnd(name)]);
}

function keep(context: ClassContext, given: Arguments, profile: WifiProfile, event: number): number {
  const handles = ['ClientCredential', 'CACredential']
    .filter((name) => given.has(name))
    .map((name) => handleOf(instanceIdOf(given, name, 'AMT_PublicKeyCertificate')));
  const used = useCertificates(context, `wifi ${profile.name}`, handles);
  if (used !== status.success) return used;
  const refusal = refusedByAudit(context, event, profileData(profile));
  if (refusal !== undefined) return refusal;
  profilesOf(context.device).set(profile.name, profile);
  return status.success;
}

/** Wireless profiles, without their secrets. Properties and order as recorded. `[capture]` */
export const wifiEndpointSettings: ClassDefinition = {
  name: 'CIM_WiFiEndpointSettings',
  keys: ['InstanceID'],
  hasDatetime: false,
  since: 4,
  realms: { read: [realm.generalInfo] },
  read: ({ device }) =>
    [...profilesOf(device).values()].map((profile): Instance => {
      const ssid: [string, Value][] = profile.ssid === '' ? [] : [['SSID', profile.ssid]];
      return {
        properties: [
          ['AuthenticationMethod', profile.authenticationMethod],
          ['BSSType', 3],
          ['ElementName', profile.name],
          ['EncryptionMethod', profile.encryptionMethod],
          ['InstanceID', instanceIdFor(profile.name)],
          ['Priority', profile.priority],
          ...ssid,
        ],
      };
    }),
  remove(context, instance) {
    const name = String(new Map(instance.properties).get('ElementName'));
    const profile = profilesOf(context.device).get(name);
    const refusal = profile && refusedByAudit(context, 2701, profileData(profile));
    if (refusal !== undefined) return refusal;
    profilesOf(context.device).delete(name);
    useCertificates(context, `wifi ${name}`, []);
    return 'done';
  },
};

/** 802.1X settings of the wireless profiles. Properties and order as recorded. `[capture]` */
export const cimIeee8021xSettings: ClassDefinition = {
  name: 'CIM_IEEE8021xSettings',
  keys: ['InstanceID'],
  hasDatetime: false,
  since: 4,
  read: ({ device }) =>
    [...profilesOf(device).values()].flatMap(({ name, enterprise }): Instance[] => {
      if (!enterprise) return [];
      const username: [string, Value][] = enterprise.username === '' ? [] : [['Username', enterprise.username]];
      return [
        {
          properties: [
            ['AuthenticationProtocol', enterprise.protocol],
            ['ElementName', name],
            ['InstanceID', `Intel(r) AMT:IEEE 802.1x Settings ${name}`],
            ...username,
          ],
        },
      ];
    }),
};

/** RequestedState: 3 disabled, 32768 in S0 only, 32769 in S0 and, on mains, in Sx. `[guide]` */
const portStates = [3, 32_768, 32_769];

/** The wireless port. Properties and order as recorded. `[capture]` */
export const wifiPort = createWritable({
  name: 'CIM_WiFiPort',
  keys: ['CreationClassName', 'DeviceID', 'SystemCreationClassName', 'SystemName'],
  hasDatetime: true,
  since: 4,
  realms: { read: [realm.generalInfo] },
  initial: () => [
    {
      CreationClassName: 'CIM_WiFiPort',
      DeviceID: 'WiFi Port 0',
      ElementName: 'WiFi Port 0',
      EnabledState: 3,
      HealthState: 5,
      LinkTechnology: 11,
      PermanentAddress: '000000000000',
      PortType: 0,
      RequestedState: 3,
      SystemCreationClassName: 'CIM_ComputerSystem',
      SystemName: 'Intel(r) AMT',
    },
  ],
  schema:
    'ElementName:string= HealthState:uint16= RequestedState:uint16= EnabledState:uint16= ' +
    'SystemCreationClassName:string= SystemName:string= CreationClassName:string= DeviceID:string= PortType:uint16= ' +
    'LinkTechnology:uint16= PermanentAddress:string=',
  methods: {
    RequestStateChange: {
      input: 'RequestedState:uint16 TimeoutPeriod:datetime',
      writes: true,
      invoke(context, given) {
        const wanted = numberArgument(given, 'RequestedState');
        // 5: invalid parameter. [class model]
        if (!portStates.includes(wanted)) return 5;
        wifiPort.assign(context, { EnabledState: wanted, RequestedState: wanted });
        return status.success;
      },
    },
  },
});

/** What a wireless profile is added to. `[guess]` but for its name, which MeshCentral and the toolkit use */
export const wifiEndpoint: ClassDefinition = {
  name: 'CIM_WiFiEndpoint',
  keys: ['CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName'],
  hasDatetime: true,
  since: 4,
  realms: { read: [realm.generalInfo] },
  read: () => [
    {
      properties: [
        ['CreationClassName', 'CIM_WiFiEndpoint'],
        ['ElementName', 'CIM_WiFiEndpoint'],
        ['EnabledState', 3],
        ['Name', 'WiFi Endpoint 0'],
        ['SystemCreationClassName', 'CIM_ComputerSystem'],
        ['SystemName', 'Intel(r) AMT'],
      ],
    },
  ],
};
