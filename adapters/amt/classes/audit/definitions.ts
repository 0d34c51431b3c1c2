import { stateChangeArguments } from '../../model/bases.ts';
import { defineClass, method } from '../../model/class-definition.ts';
import { ptStatusReturns } from '../../model/return-values.ts';

/** The access monitor's log. */
export const auditLogClass = defineClass('AMT_AuditLog', {
  fields: {
    AuditState: 'number',
    CurrentNumberOfRecords: 'big',
    ElementName: 'text',
    EnabledState: 'number',
    MaxAllowedAuditors: 'number',
    MaxNumberOfRecords: 'big',
    MinDaysToKeep: 'number',
    Name: 'text',
    OverwritePolicy: 'number',
    PercentageFree: 'number',
    RequestedState: 'number',
    StoragePolicy: 'number',
    TimeOfLastRecord: 'time',
  },
  methods: {
    ClearLog: method({ returns: ptStatusReturns }),
    RequestStateChange: method({ in: stateChangeArguments, optional: ['TimeoutPeriod'], returns: ptStatusReturns }),
    ReadRecords: method({
      in: { StartIndex: 'number' },
      out: { TotalRecordCount: 'number', RecordsReturned: 'number', EventRecords: 'text[]' },
      reads: true,
      returns: ptStatusReturns,
    }),
    SetAuditLock: method({
      in: { LockTimeoutInSeconds: 'number', Flag: 'number', Handle: 'number' },
      optional: ['LockTimeoutInSeconds', 'Handle'],
      out: { Handle: 'number' },
      returns: ptStatusReturns,
    }),
    SetSigningKeyMaterial: method({
      in: {
        SigningMechanismType: 'number',
        SigningKey: 'bytes',
        LengthOfCertificates: 'number[]',
        Certificates: 'bytes',
      },
      returns: ptStatusReturns,
    }),
  },
});

/** Which events the access monitor writes. */
export const auditPolicyClass = defineClass('AMT_AuditPolicyRule', {
  fields: {
    AuditApplicationEventID: 'number[]',
    PolicyType: 'number[]',
  },
  methods: {
    SetAuditPolicy: method({
      in: { Enable: 'flag', AuditedAppID: 'number', EventID: 'number', PolicyType: 'number' },
      optional: ['PolicyType'],
      returns: ptStatusReturns,
    }),
    SetAuditPolicyBulk: method({
      in: { Enable: 'flag[]', AuditedAppID: 'number[]', EventID: 'number[]', PolicyType: 'number[]' },
      returns: ptStatusReturns,
    }),
  },
});
