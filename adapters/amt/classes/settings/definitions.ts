import { serviceFields, settingFields, stateChangeArguments } from '../../model/bases.ts';
import { defineClass, method } from '../../model/class-definition.ts';
import { ptStatusReturns, stateChangeReturns } from '../../model/return-values.ts';

/** Name, pings and sleep of the management engine. */
export const generalSettingsClass = defineClass('AMT_GeneralSettings', {
  fields: {
    ...settingFields,
    AMTNetworkEnabled: 'number',
    DDNSPeriodicUpdateInterval: 'number',
    DDNSTTL: 'number',
    DDNSUpdateByDHCPServerEnabled: 'flag',
    DDNSUpdateEnabled: 'flag',
    DHCPSyncRequiresHostname: 'number',
    DHCPv6ConfigurationTimeout: 'number',
    DigestRealm: 'text',
    DomainName: 'text',
    HostName: 'text',
    HostOSFQDN: 'text',
    IdleWakeTimeout: 'number',
    NetworkInterfaceEnabled: 'flag',
    OemID: 'number',
    PingResponseEnabled: 'flag',
    PowerSource: 'number',
    PreferredAddressFamily: 'number',
    PresenceNotificationInterval: 'number',
    PrivacyLevel: 'number',
    RmcpPingResponseEnabled: 'flag',
    SharedFQDN: 'flag',
    ThunderboltDockEnabled: 'number',
    WsmanOnlyMode: 'flag',
  },
  readOnly: ['DigestRealm', 'PowerSource', 'ThunderboltDockEnabled'],
});

/** Address and link of a network port. */
export const ethernetPortClass = defineClass('AMT_EthernetPortSettings', {
  fields: {
    ...settingFields,
    ConsoleTcpMaxRetransmissions: 'number',
    DHCPEnabled: 'flag',
    DefaultGateway: 'text',
    IPAddress: 'text',
    IpSyncEnabled: 'flag',
    LinkControl: 'number',
    LinkIsUp: 'flag',
    LinkPolicy: 'number[]',
    LinkPreference: 'number',
    MACAddress: 'text',
    PhysicalConnectionType: 'number',
    PhysicalNicMedium: 'number',
    PrimaryDNS: 'text',
    SecondaryDNS: 'text',
    SharedDynamicIP: 'flag',
    SharedMAC: 'flag',
    SharedStaticIp: 'flag',
    SubnetMask: 'text',
    VLANTag: 'number',
    WLANLinkProtectionLevel: 'number',
  },
  readOnly: ['LinkIsUp', 'MACAddress', 'PhysicalConnectionType', 'PhysicalNicMedium', 'WLANLinkProtectionLevel'],
});

/** One power package: when the management engine runs. */
export const powerSchemeClass = defineClass('AMT_SystemPowerScheme', {
  fields: {
    ...settingFields,
    Description: 'text',
    SchemeGUID: 'text',
  },
  methods: {
    SetPowerScheme: method({ returns: ptStatusReturns }),
  },
});

/** Which setting of an element is the one in use. */
export const elementSettingClass = defineClass('CIM_ElementSettingData', {
  fields: {
    IsCurrent: 'number',
    IsDefault: 'number',
    IsNext: 'number',
    ManagedElement: 'reference',
    SettingData: 'reference',
  },
});

/** Serial-over-LAN and storage redirection. */
export const redirectionClass = defineClass('AMT_RedirectionService', {
  fields: {
    ...serviceFields,
    AccessLog: 'text[]',
    ListenerEnabled: 'flag',
  },
  methods: {
    RequestStateChange: method({ in: stateChangeArguments, optional: ['TimeoutPeriod'], returns: stateChangeReturns }),
  },
});

/** KVM redirection. */
export const kvmClass = defineClass('CIM_KVMRedirectionSAP', {
  fields: {
    ...serviceFields,
    KVMProtocol: 'number',
    OtherKVMProtocol: 'text',
  },
  methods: {
    RequestStateChange: method({ in: stateChangeArguments, optional: ['TimeoutPeriod'], returns: stateChangeReturns }),
  },
});

/** The device's own web page. */
export const webUiClass = defineClass('AMT_WebUIService', {
  fields: serviceFields,
  methods: {
    RequestStateChange: method({ in: stateChangeArguments, optional: ['TimeoutPeriod'], returns: stateChangeReturns }),
  },
});

/** Consent of the user at the PC. */
export const optInClass = defineClass('IPS_OptInService', {
  fields: {
    ...serviceFields,
    CanModifyOptInPolicy: 'number',
    OptInCodeTimeout: 'number',
    OptInDisplayTimeout: 'number',
    OptInRequired: 'number',
    OptInState: 'number',
  },
  readOnly: ['OptInState', 'CanModifyOptInPolicy'],
  methods: {
    StartOptIn: method({ returns: ptStatusReturns }),
    CancelOptIn: method({ returns: ptStatusReturns }),
    SendOptInCode: method({ in: { OptInCode: 'number' }, returns: ptStatusReturns }),
  },
});

/** TLS of one interface: the network's, or the one to the PC itself. */
export const tlsSettingClass = defineClass('AMT_TLSSettingData', {
  fields: {
    ...settingFields,
    AcceptNonSecureConnections: 'flag',
    Enabled: 'flag',
    MutualAuthentication: 'flag',
    NonSecureConnectionsSupported: 'flag',
    TrustedCN: 'text[]',
    X509IssuerName: 'text',
    X509SerialNumber: 'bytes',
  },
  readOnly: ['NonSecureConnectionsSupported'],
});
