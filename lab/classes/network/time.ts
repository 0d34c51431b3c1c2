import type { ClassDefinition } from '../class-definition.ts';
import { booleanArgument, numberArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { bigEndian } from '../logs/audit-record.ts';
import { deviceSeconds } from '../logs/audit-store.ts';
import { perDevice } from '../per-device.ts';
import { realm } from '../realms.ts';
import { serviceKeys } from '../references.ts';

const serviceName = 'Intel(r) AMT Time Synchronization Service';

/** PT_STATUS_INVALID_TIME and PT_STATUS_INVALID_PARAMETER. `[class model]` */
const status = { success: 0, invalidTime: 34, invalidParameter: 36 } as const;

/** Times before 2004 are refused. `[class model]` */
const earliestSeconds = Date.UTC(2004, 0, 1) / 1000;

/** LocalTimeSyncEnabled: 0 default true, 1 configured true, 2 false. `[class model]`; TimeSource 1: set by a server. */
const service = perDevice<{ localSync: number; source: number }>(() => ({ localSync: 0, source: 0 }));

/**
 * The device's clock. Properties and order as recorded `[capture]`, methods: intel/lms CIM classes `[class model]`.
 */
export const timeSynchronizationService: ClassDefinition = {
  name: 'AMT_TimeSynchronizationService',
  keys: serviceKeys,
  hasDatetime: true,
  realms: { read: [realm.generalInfo, realm.networkTime], write: [realm.networkTime] },
  read: ({ device }) => {
    const { localSync, source } = service(device);
    return [
      {
        properties: [
          ['CreationClassName', 'AMT_TimeSynchronizationService'],
          ['ElementName', serviceName],
          ['EnabledState', 5],
          ['LocalTimeSyncEnabled', localSync],
          ['Name', serviceName],
          ['RequestedState', 12],
          ['SystemCreationClassName', 'CIM_ComputerSystem'],
          ['SystemName', 'Intel(r) AMT'],
          ['TimeSource', source],
        ],
      },
    ];
  },
  methods: {
    GetLowAccuracyTimeSynch: {
      input: '',
      realms: [realm.generalInfo, realm.networkTime],
      invoke: ({ device, nowMs }) => ({
        properties: [
          ['Ta0', deviceSeconds(device, nowMs)],
          ['ReturnValue', status.success],
        ],
      }),
    },
    /**
     * Ta0 was the device's time, Tm1 the client's when it came, Tm2 the client's when the request left: half of what
     * the device measured for the round trip beyond the client's own share is the way here. `[guide]`
     */
    SetHighAccuracyTimeSynch: {
      input: 'Ta0:uint32! Tm1:uint32! Tm2:uint32!',
      invoke(context, given) {
        const { device, nowMs } = context;
        const [ta0, tm1, tm2] = ['Ta0', 'Tm1', 'Tm2'].map((name) => numberArgument(given, name));
        if (ta0 === undefined || tm1 === undefined || tm2 === undefined) return status.invalidParameter;
        if (tm1 < earliestSeconds || tm2 < earliestSeconds) return status.invalidTime;
        if (tm2 < tm1) return status.invalidParameter;
        const ta1 = deviceSeconds(device, nowMs);
        const onTheWay = Math.max(0, Math.floor((ta1 - ta0 - (tm2 - tm1)) / 2));
        const seconds = tm2 + onTheWay;
        const refusal = refusedByAudit(context, 2100, bigEndian([4, seconds]));
        if (refusal !== undefined) return refusal;
        device.power.clockAheadMs = seconds * 1000 - nowMs;
        service(device).source = 1;
        return status.success;
      },
    },
    EnableLocalTimeSync: {
      input: 'Enable:boolean!',
      writes: true,
      since: 5.1,
      invoke(context, given) {
        const isEnabled = booleanArgument(given, 'Enable') ?? false;
        const refusal = refusedByAudit(context, isEnabled ? 2101 : 2102);
        if (refusal !== undefined) return refusal;
        service(context.device).localSync = isEnabled ? 1 : 2;
        return status.success;
      },
    },
  },
};
