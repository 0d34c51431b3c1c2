import type { ClassDefinition, Instance } from '../class-definition.ts';
import { booleanArgument, numberArgument, textArgument } from '../class-definition.ts';
import { realm } from '../realms.ts';
import { refusedByAudit } from './audit.ts';
import { eventLogSize, eventStore } from './event-store.ts';

/** Values of the methods' ReturnValue: device-management-toolkit/go-wsman-messages. */
const returns = { completed: 0, notSupported: 1, invalidRecord: 2, noRecord: 2 } as const;

/**
 * The log's memory comes in blocks; the rest of the last one reads as records of zeros, which count: found on
 * hardware by the Ansible collection james-crowley/intel_amt (issue 105). The size of a block is a `[guess]`.
 */
const blockRecords = 8;
const emptySlot = Buffer.alloc(eventLogSize.recordBytes);

/** Newest first `[capture]`, then the slots that nothing was written to. */
function slots(records: readonly Buffer[]): readonly Buffer[] {
  const count = Math.min(eventLogSize.records, Math.ceil(records.length / blockRecords) * blockRecords);
  return [...[...records].reverse(), ...Array.from({ length: count - records.length }, () => emptySlot)];
}

/**
 * The event log. Properties and order as recorded `[capture]`; methods: intel/lms CIM classes `[class model]`. That
 * the methods which no client uses answer `not supported` is a `[guess]`.
 */
export const messageLog: ClassDefinition = {
  name: 'AMT_MessageLog',
  keys: ['CreationClassName', 'Name'],
  hasDatetime: false,
  realms: { read: [realm.generalInfo, realm.eventLogReader, realm.eventManager], write: [realm.eventManager] },
  read({ device, nowMs }): readonly Instance[] {
    const { records, isFrozen } = eventStore(device, nowMs);
    const count = slots(records).length;
    return [
      {
        properties: [
          ['Capabilities', [5, 6, 8, 7]],
          ['CharacterSet', 10],
          ['CreationClassName', 'AMT_MessageLog'],
          ['CurrentNumberOfRecords', count],
          ['ElementName', 'Intel(r) AMT:MessageLog 1'],
          ['EnabledDefault', 2],
          ['EnabledState', 2],
          ['HealthState', 5],
          ['IsFrozen', isFrozen],
          ['LastChange', 0],
          ['LogState', 4],
          ['MaxLogSize', 0],
          ['MaxNumberOfRecords', eventLogSize.records],
          ['MaxRecordSize', eventLogSize.recordBytes],
          ['Name', 'Intel(r) AMT:MessageLog 1'],
          ['OperationalStatus', [2]],
          ['OverwritePolicy', 2],
          ['PercentageNearFull', 100],
          ['RequestedState', 12],
          ['SizeOfHeader', 0],
          ['SizeOfRecordHeader', 0],
          ['Status', 'OK'],
        ],
      },
    ];
  },
  methods: {
    PositionToFirstRecord: {
      input: '',
      realms: [realm.eventLogReader, realm.eventManager],
      invoke({ device, nowMs }) {
        const isEmpty = eventStore(device, nowMs).records.length === 0;
        return {
          properties: [
            ['IterationIdentifier', isEmpty ? '0' : '1'],
            ['ReturnValue', isEmpty ? returns.noRecord : returns.completed],
          ],
        };
      },
    },
    GetRecords: {
      input: 'IterationIdentifier:string! MaxReadRecords:uint32!',
      realms: [realm.eventLogReader, realm.eventManager],
      invoke({ device, nowMs }, given) {
        const all = slots(eventStore(device, nowMs).records);
        const first = Number(textArgument(given, 'IterationIdentifier'));
        const most = Math.min(numberArgument(given, 'MaxReadRecords'), eventLogSize.records);
        if (!Number.isInteger(first) || first < 1 || first > all.length || most < 1) return returns.invalidRecord;
        const page = all.slice(first - 1, first - 1 + most);
        const next = first + page.length;
        const isLast = next > all.length;
        return {
          properties: [
            ['IterationIdentifier', String(isLast ? all.length : next)],
            ['NoMoreRecords', isLast],
            ['RecordArray', page.map((bytes) => bytes.toString('base64'))],
            ['ReturnValue', returns.completed],
          ],
        };
      },
    },
    GetRecord: {
      input: 'IterationIdentifier:string! PositionToNext:boolean',
      realms: [realm.eventLogReader, realm.eventManager],
      invoke: () => returns.notSupported,
    },
    PositionAtRecord: {
      input: 'IterationIdentifier:string! MoveAbsolute:boolean! RecordNumber:uint32!',
      realms: [realm.eventLogReader, realm.eventManager],
      invoke: () => returns.notSupported,
    },
    CancelIteration: {
      input: 'IterationIdentifier:string',
      realms: [realm.eventLogReader, realm.eventManager],
      invoke: () => returns.completed,
    },
    RequestStateChange: {
      input: 'RequestedState:uint16 TimeoutPeriod:datetime',
      invoke: () => returns.notSupported,
    },
    ClearLog: {
      input: '',
      writes: true,
      invoke(context) {
        const refusal = refusedByAudit(context, 2402);
        if (refusal !== undefined) return refusal;
        eventStore(context.device, context.nowMs).records = [];
        return returns.completed;
      },
    },
    FreezeLog: {
      input: 'Freeze:boolean!',
      writes: true,
      invoke(context, given) {
        const wanted = booleanArgument(given, 'Freeze') ?? false;
        const refusal = wanted ? refusedByAudit(context, 2403) : undefined;
        if (refusal !== undefined) return refusal;
        eventStore(context.device, context.nowMs).isFrozen = wanted;
        return returns.completed;
      },
    },
  },
};
