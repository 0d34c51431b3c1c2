import { type Alarm, settle } from '../../power.ts';
import type { Arguments, ClassContext, ClassDefinition, Instance } from '../class-definition.ts';
import { booleanArgument } from '../class-definition.ts';
import { datetime, interval, readInterval, readMinute } from '../moments.ts';
import { realm } from '../realms.ts';
import { serviceKeys } from '../references.ts';

/** PT_STATUS values; that these answer what they answer is a `[guess]`. */
const status = {
  invalidName: 12,
  maxLimitReached: 23,
  invalidTime: 34,
  invalidParameter: 36,
  duplicate: 2058,
} as const;

/** Numbers and formats of the guide's chapter on the alarm clock. `[guide]` */
const mostAlarms = 5;
const longestName = 32;

/** Who may set an alarm: whoever may power on. `[guess]` */
const realms = { read: [realm.generalInfo, realm.remoteControl], write: [realm.remoteControl] };

const occurrence =
  'InstanceID:string! ElementName:string StartTime:datetime! Interval:datetime DeleteOnCompletion:boolean';

/** Of the present alarms, by the device's clock. */
function alarmsOf({ device, nowMs }: ClassContext): readonly Alarm[] {
  settle(device.power, nowMs);
  return device.power.alarms;
}

const deviceNowMs = ({ device, nowMs }: ClassContext): number => nowMs + device.power.clockAheadMs;

/**
 * The alarm clock. Recorded from a device `[capture]`; one alarm in properties of the service before AMT 8, several by
 * AddAlarm from then on `[guide]`. Put on the service serves the one alarm of 5.1 to 7.
 */
export const alarmClockService: ClassDefinition = {
  name: 'AMT_AlarmClockService',
  keys: serviceKeys,
  hasDatetime: true,
  since: 5.1,
  realms,
  read: (context) => [serviceInstance(context)],
  schema:
    'ElementName:string= SystemCreationClassName:string= SystemName:string= CreationClassName:string= Name:string= ' +
    'NextAMTAlarmTime:datetime AMTAlarmClockInterval:datetime',
  put: (context, _instance, given) => setSingleAlarm(context, given),
  methods: {
    AddAlarm: {
      input: 'AlarmTemplate:IPS_AlarmClockOccurrence!',
      embedded: { IPS_AlarmClockOccurrence: occurrence },
      since: 8,
      writes: true,
      invoke: addAlarm,
    },
  },
};

/** Name of the single alarm of firmware that has no others. `[guess]` */
const singleAlarm = 'DefaultAlarm';

function serviceInstance(context: ClassContext): Instance {
  const name = 'Intel(r) AMT Alarm Clock Service';
  const single = context.device.persona.generation < 8 ? alarmsOf(context).find((alarm) => !alarm.isOver) : undefined;
  return {
    properties: [
      ...(single && single.intervalMs > 0 ? ([['AMTAlarmClockInterval', interval(single.intervalMs)]] as const) : []),
      ['CreationClassName', 'AMT_AlarmClockService'],
      ['ElementName', name],
      ['Name', name],
      ...(single ? ([['NextAMTAlarmTime', datetime(single.nextMs / 1000)]] as const) : []),
      ['SystemCreationClassName', 'CIM_ComputerSystem'],
      ['SystemName', 'ManagedSystem'],
    ],
  };
}

function setSingleAlarm(context: ClassContext, given: Arguments): 'done' | number {
  if (context.device.persona.generation >= 8) return status.invalidParameter;
  const [start] = given.get('NextAMTAlarmTime') ?? [];
  const nextMs = readMinute(start);
  const intervalMs = readInterval(given.get('AMTAlarmClockInterval')?.[0]);
  if (start && !(nextMs > deviceNowMs(context))) return status.invalidTime;
  if (Number.isNaN(intervalMs)) return status.invalidParameter;
  const alarm = {
    id: singleAlarm,
    elementName: singleAlarm,
    nextMs,
    intervalMs,
    deleteOnCompletion: true,
    isOver: false,
  };
  context.device.power.alarms = start ? [alarm] : [];
  return 'done';
}

function addAlarm(context: ClassContext, given: Arguments): number | Instance {
  const { power } = context.device;
  const alarms = alarmsOf(context);
  const template = Map.groupBy(given.get('AlarmTemplate')?.[0]?.children ?? [], (child) => child.name);
  const id = template.get('InstanceID')?.[0]?.rawText ?? '';
  const elementName = template.get('ElementName')?.[0]?.rawText ?? id;
  const nextMs = readMinute(template.get('StartTime')?.[0]);
  const intervalMs = readInterval(template.get('Interval')?.[0]);
  if (id === '' || id.length > longestName || elementName.length > longestName) return status.invalidName;
  if (Number.isNaN(intervalMs) || Number.isNaN(nextMs)) return status.invalidParameter;
  if (nextMs <= deviceNowMs(context)) return status.invalidTime;
  if (alarms.some((alarm) => alarm.id === id)) return status.duplicate;
  if (alarms.length >= mostAlarms) return status.maxLimitReached;
  const deleteOnCompletion = booleanArgument(template, 'DeleteOnCompletion') ?? false;
  power.alarms = [...alarms, { id, elementName, nextMs, intervalMs, deleteOnCompletion, isOver: false }];
  return {
    properties: [
      ['AlarmClock', { className: 'IPS_AlarmClockOccurrence', selectors: { InstanceID: id } }],
      ['ReturnValue', 0],
    ],
  };
}

/** The alarms. Their element order is that of all other replies; the recorded one was written by hand. `[guess]` */
export const alarmClockOccurrence: ClassDefinition = {
  name: 'IPS_AlarmClockOccurrence',
  keys: ['InstanceID'],
  hasDatetime: true,
  since: 8,
  realms,
  read: (context) =>
    alarmsOf(context).map(({ id, elementName, nextMs, intervalMs, deleteOnCompletion }) => ({
      properties: [
        ['DeleteOnCompletion', deleteOnCompletion],
        ['ElementName', elementName],
        ['InstanceID', id],
        ['Interval', intervalMs > 0 ? interval(intervalMs) : '0'],
        ['StartTime', datetime(nextMs / 1000)],
      ],
    })),
  remove({ device }, instance) {
    const { power } = device;
    const id = new Map(instance.properties).get('InstanceID');
    power.alarms = power.alarms.filter((alarm) => alarm.id !== id);
    return 'done';
  },
};
