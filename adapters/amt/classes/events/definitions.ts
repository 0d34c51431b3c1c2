import { defineClass, method } from '../../model/class-definition.ts';
import { messageLogReturns } from './message-log-returns.ts';

/** The platform event log. */
export const messageLogClass = defineClass('AMT_MessageLog', {
  fields: {
    Capabilities: 'number[]',
    CharacterSet: 'number',
    CreationClassName: 'text',
    CurrentNumberOfRecords: 'big',
    ElementName: 'text',
    EnabledDefault: 'number',
    EnabledState: 'number',
    HealthState: 'number',
    IsFrozen: 'flag',
    LastChange: 'number',
    LogState: 'number',
    MaxLogSize: 'big',
    MaxNumberOfRecords: 'big',
    MaxRecordSize: 'big',
    Name: 'text',
    OperationalStatus: 'number[]',
    OverwritePolicy: 'number',
    PercentageNearFull: 'number',
    RequestedState: 'number',
    SizeOfHeader: 'big',
    SizeOfRecordHeader: 'big',
    Status: 'text',
  },
  methods: {
    PositionToFirstRecord: method({ reads: true, out: { IterationIdentifier: 'text' }, returns: messageLogReturns }),
    GetRecords: method({
      in: { IterationIdentifier: 'text', MaxReadRecords: 'number' },
      out: { IterationIdentifier: 'text', NoMoreRecords: 'flag', RecordArray: 'text[]' },
      reads: true,
      returns: messageLogReturns,
    }),
    ClearLog: method({ returns: messageLogReturns }),
  },
});
