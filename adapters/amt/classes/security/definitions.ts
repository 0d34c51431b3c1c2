import { serviceFields, settingFields } from '../../model/bases.ts';
import { defineClass, method } from '../../model/class-definition.ts';
import { ptStatusReturns } from '../../model/return-values.ts';

/** Kerberos settings; keys are written and never read. */
export const kerberosClass = defineClass('AMT_KerberosSettingData', {
  fields: {
    ...settingFields,
    ConfiguredEncryptionAlgorithms: 'number[]',
    EncryptionAlgorithm: 'number',
    IterationCount: 'number',
    KeyVersion: 'number',
    KrbEnabled: 'flag',
    MasterKey: 'bytes',
    MaximumClockTolerance: 'number',
    Passphrase: 'text',
    RealmName: 'text',
    Salt: 'text',
    ServicePrincipalName: 'text[]',
    ServicePrincipalProtocol: 'number[]',
    SupportedEncryptionAlgorithms: 'number[]',
  },
  readOnly: ['SupportedEncryptionAlgorithms'],
  methods: {
    GetCredentialCacheState: method({ out: { Enabled: 'flag' }, reads: true, returns: ptStatusReturns }),
    SetCredentialCacheState: method({ in: { Enable: 'flag' }, returns: ptStatusReturns }),
  },
});

/** The store of certificates and keys. */
export const keyServiceClass = defineClass('AMT_PublicKeyManagementService', {
  fields: serviceFields,
  methods: {
    AddCertificate: method({
      in: { CertificateBlob: 'bytes' },
      out: { CreatedCertificate: 'reference' },
      returns: ptStatusReturns,
    }),
    AddTrustedRootCertificate: method({
      in: { CertificateBlob: 'bytes' },
      out: { CreatedCertificate: 'reference' },
      returns: ptStatusReturns,
    }),
    AddKey: method({ in: { KeyBlob: 'bytes' }, out: { CreatedKey: 'reference' }, returns: ptStatusReturns }),
    GenerateKeyPair: method({
      in: { KeyAlgorithm: 'number', KeyLength: 'number' },
      out: { KeyPair: 'reference' },
      returns: ptStatusReturns,
    }),
    GeneratePKCS10RequestEx: method({
      in: { KeyPair: 'reference', SigningAlgorithm: 'number', NullSignedCertificateRequest: 'bytes' },
      out: { SignedCertificateRequest: 'bytes' },
      returns: ptStatusReturns,
    }),
  },
});

/** A certificate in the store. */
export const certificateClass = defineClass('AMT_PublicKeyCertificate', {
  fields: {
    ElementName: 'text',
    InstanceID: 'text',
    Issuer: 'text',
    ReadOnlyCertificate: 'flag',
    Subject: 'text',
    TrustedRootCertficate: 'flag',
    X509Certificate: 'bytes',
  },
});

/** A key pair in the store; its public half. */
export const keyPairClass = defineClass('AMT_PublicPrivateKeyPair', {
  fields: {
    DERKey: 'bytes',
    ElementName: 'text',
    InstanceID: 'text',
  },
});

/** Which certificate the device shows. */
export const tlsContextClass = defineClass('AMT_TLSCredentialContext', {
  fields: {
    ElementInContext: 'reference',
    ElementProvidingContext: 'reference',
  },
});
