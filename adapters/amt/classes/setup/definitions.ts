import { serviceFields } from '../../model/bases.ts';
import { defineClass, method } from '../../model/class-definition.ts';
import { ptStatusReturns } from '../../model/return-values.ts';
import { certificateChainReturns, hostSetupReturns } from './host-setup-returns.ts';

/** Set-up and its end. */
export const setupServiceClass = defineClass('AMT_SetupAndConfigurationService', {
  fields: {
    ...serviceFields,
    ConfigurationServerFQDN: 'text',
    DhcpDNSSuffix: 'text',
    PasswordModel: 'number',
    ProvisioningMode: 'number',
    ProvisioningServerOTP: 'bytes',
    ProvisioningState: 'number',
    TrustedDNSSuffix: 'text',
    ZeroTouchConfigurationEnabled: 'flag',
  },
  readOnly: ['ProvisioningMode', 'ProvisioningState'],
  methods: {
    CommitChanges: method({ returns: ptStatusReturns }),
    Unprovision: method({
      in: { ProvisioningMode: 'number' },
      optional: ['ProvisioningMode'],
      returns: ptStatusReturns,
    }),
    PartialUnprovision: method({ returns: ptStatusReturns }),
    SetMEBxPassword: method({ in: { Password: 'text' }, optional: ['Password'], returns: ptStatusReturns }),
    GetUuid: method({ out: { UUID: 'bytes' }, reads: true, returns: ptStatusReturns }),
    GetUnprovisionBlockingComponents: method({ out: { Component: 'number[]' }, reads: true, returns: ptStatusReturns }),
    ExtendProvisioningPeriod: method({ in: { Duration: 'number' }, optional: ['Duration'], returns: ptStatusReturns }),
  },
});

/** Set-up from the PC itself. */
export const hostSetupClass = defineClass('IPS_HostBasedSetupService', {
  fields: {
    ...serviceFields,
    AllowedControlModes: 'number[]',
    CertChainStatus: 'number',
    ConfigurationNonce: 'bytes',
    CurrentControlMode: 'number',
  },
  methods: {
    Setup: method({
      in: {
        NetAdminPassEncryptionType: 'number',
        NetworkAdminPassword: 'hex',
        McNonce: 'bytes',
        Certificate: 'bytes',
        SigningAlgorithm: 'number',
        DigitalSignature: 'bytes',
      },
      optional: ['McNonce', 'Certificate', 'SigningAlgorithm', 'DigitalSignature'],
      returns: hostSetupReturns,
    }),
    AddNextCertInChain: method({
      in: { NextCertificate: 'bytes', IsLeafCertificate: 'flag', IsRootCertificate: 'flag' },
      optional: ['IsLeafCertificate', 'IsRootCertificate'],
      returns: certificateChainReturns,
    }),
    AdminSetup: method({
      in: {
        NetAdminPassEncryptionType: 'number',
        NetworkAdminPassword: 'hex',
        McNonce: 'bytes',
        SigningAlgorithm: 'number',
        DigitalSignature: 'bytes',
      },
      optional: ['McNonce', 'SigningAlgorithm', 'DigitalSignature'],
      returns: hostSetupReturns,
    }),
    UpgradeClientToAdmin: method({
      in: { McNonce: 'bytes', SigningAlgorithm: 'number', DigitalSignature: 'bytes' },
      optional: ['McNonce', 'SigningAlgorithm', 'DigitalSignature'],
      returns: hostSetupReturns,
    }),
  },
});
