import { serviceFields, settingFields, stateChangeArguments } from '../../model/bases.ts';
import { defineClass, method } from '../../model/class-definition.ts';
import { ptStatusReturns, stateChangeReturns } from '../../model/return-values.ts';

/** Wired 802.1X. */
export const wiredAccessClass = defineClass('IPS_IEEE8021xSettings', {
  fields: {
    ...settingFields,
    AuthenticationProtocol: 'number',
    AvailableInS0: 'flag',
    Domain: 'text',
    Enabled: 'number',
    PACPassword: 'text',
    PSK: 'bytes',
    Password: 'text',
    ProtectedAccessCredential: 'bytes',
    PxeTimeout: 'number',
    RoamingIdentity: 'text',
    ServerCertificateName: 'text',
    ServerCertificateNameComparison: 'number',
    Username: 'text',
  },
  methods: {
    SetCertificates: method({
      in: { ServerCertificateIssuer: 'reference', ClientCertificate: 'reference' },
      optional: ['ServerCertificateIssuer', 'ClientCertificate'],
      returns: ptStatusReturns,
    }),
  },
});

/** Wired 802.1X of firmware before AMT 8.0. */
export const oldWiredAccessClass = defineClass('AMT_8021XProfile', {
  fields: {
    ...settingFields,
    ActiveInS0: 'flag',
    AuthenticationProtocol: 'number',
    ClientCertificate: 'reference',
    Domain: 'text',
    Enabled: 'flag',
    PACPassword: 'text',
    Password: 'text',
    ProtectedAccessCredential: 'bytes',
    PxeTimeout: 'number',
    RoamingIdentity: 'text',
    ServerCertificateIssuer: 'reference',
    ServerCertificateName: 'text',
    ServerCertificateNameComparison: 'number',
    Username: 'text',
  },
});

/** 802.1X of a Wi-Fi profile. */
export const wifiIdentityClass = defineClass('CIM_IEEE8021xSettings', {
  fields: {
    ElementName: 'text',
    InstanceID: 'text',
    AuthenticationProtocol: 'number',
    RoamingIdentity: 'text',
    ServerCertificateName: 'text',
    ServerCertificateNameComparison: 'number',
    Username: 'text',
    Password: 'text',
    Domain: 'text',
    ProtectedAccessCredential: 'bytes',
    PACPassword: 'text',
    PSK: 'bytes',
  },
});

/** A Wi-Fi profile. In the order in which device-management-toolkit/rps sends it to real devices. */
export const wifiProfileClass = defineClass('CIM_WiFiEndpointSettings', {
  fields: {
    ElementName: 'text',
    InstanceID: 'text',
    AuthenticationMethod: 'number',
    EncryptionMethod: 'number',
    SSID: 'text',
    Priority: 'number',
    PSKPassPhrase: 'text',
    PSKValue: 'bytes',
    BSSType: 'number',
    KeyIndex: 'number',
    Keys: 'hex[]',
    OtherAuthenticationMethod: 'text',
    OtherEncryptionMethod: 'text',
  },
});

/** The wireless interface. */
export const wifiPortClass = defineClass('CIM_WiFiPort', {
  fields: {
    CreationClassName: 'text',
    DeviceID: 'text',
    ElementName: 'text',
    EnabledState: 'number',
    HealthState: 'number',
    LinkTechnology: 'number',
    PermanentAddress: 'text',
    PortType: 'number',
    RequestedState: 'number',
    SystemCreationClassName: 'text',
    SystemName: 'text',
  },
  methods: {
    RequestStateChange: method({ in: stateChangeArguments, optional: ['TimeoutPeriod'], returns: stateChangeReturns }),
  },
});

/** Wi-Fi profiles: adding and changing. */
export const wifiServiceClass = defineClass('AMT_WiFiPortConfigurationService', {
  fields: {
    ...serviceFields,
    LastConnectedSsidUnderMeControl: 'text',
    NoHostCsmeSoftwarePolicy: 'number',
    UEFIWiFiProfileShareEnabled: 'flag',
    localProfileSynchronizationEnabled: 'number',
  },
  methods: {
    AddWiFiSettings: method({
      in: {
        WiFiEndpoint: 'reference',
        WiFiEndpointSettingsInput: 'instance',
        IEEE8021xSettingsInput: 'instance',
        ClientCredential: 'reference',
        CACredential: 'reference',
      },
      optional: ['IEEE8021xSettingsInput', 'ClientCredential', 'CACredential'],
      out: { WiFiEndpointSettings: 'reference', IEEE8021xSettings: 'reference' },
      returns: ptStatusReturns,
    }),
    UpdateWiFiSettings: method({
      in: {
        WiFiEndpointSettings: 'reference',
        WiFiEndpointSettingsInput: 'instance',
        IEEE8021xSettingsInput: 'instance',
        ClientCredential: 'reference',
        CACredential: 'reference',
      },
      optional: ['IEEE8021xSettingsInput', 'ClientCredential', 'CACredential'],
      out: { IEEE8021xSettings: 'reference' },
      returns: ptStatusReturns,
    }),
  },
});
