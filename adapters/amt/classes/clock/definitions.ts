import { serviceFields } from '../../model/bases.ts';
import { defineClass, method } from '../../model/class-definition.ts';
import { ptStatusReturns } from '../../model/return-values.ts';

/** The alarm clock; before AMT 8.0 its two times are all it has. */
export const alarmServiceClass = defineClass('AMT_AlarmClockService', {
  fields: { ...serviceFields, AMTAlarmClockInterval: 'time', NextAMTAlarmTime: 'time' },
  methods: {
    AddAlarm: method({ in: { AlarmTemplate: 'instance' }, out: { AlarmClock: 'reference' }, returns: ptStatusReturns }),
  },
});

/** One alarm. */
export const alarmClass = defineClass('IPS_AlarmClockOccurrence', {
  fields: {
    InstanceID: 'text',
    ElementName: 'text',
    StartTime: 'time',
    Interval: 'time',
    DeleteOnCompletion: 'flag',
  },
});

/** The clock. */
export const timeServiceClass = defineClass('AMT_TimeSynchronizationService', {
  fields: { ...serviceFields, LocalTimeSyncEnabled: 'number', TimeSource: 'number' },
  methods: {
    GetLowAccuracyTimeSynch: method({ out: { Ta0: 'number' }, reads: true, returns: ptStatusReturns }),
    SetHighAccuracyTimeSynch: method({
      in: { Ta0: 'number', Tm1: 'number', Tm2: 'number' },
      returns: ptStatusReturns,
    }),
  },
});
