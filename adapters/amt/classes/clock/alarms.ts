import type { AmtAlarm, AmtAlarms } from '../../../../src/ports/amt/alarms.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import { refuseInput } from '../../errors.ts';
import { cimDatetime } from '../../wsman/values.ts';
import type { Device, Instance } from '../device.ts';
import { alarmClass, alarmServiceClass } from './definitions.ts';
import { intervalMinutes, intervalText } from './duration.ts';

const maxNameLength = 32;
/** The one alarm of AMT 5.1 to 7 has no name of its own; it is shown under this one. */
const onlyAlarmName = 'alarm';

function dateOf(text: string | undefined, what: string): Date {
  const date = new Date(text ?? '');
  if (!Number.isNaN(date.getTime())) return date;
  throw new AmtError('protocol_error', [`the device gives no valid time for ${what}`]);
}

function toAlarm({ values }: Instance<typeof alarmClass>): AmtAlarm {
  const name = values.InstanceID ?? values.ElementName ?? '';
  return {
    name,
    at: dateOf(values.StartTime, `alarm ${name}`),
    everyMinutes: intervalMinutes(values.Interval),
    deleteAfterwards: values.DeleteOnCompletion ?? false,
  };
}

function checkAlarm({ name, at, everyMinutes }: AmtAlarm, now: Date): void {
  const refuse = (why: string): never => refuseInput('the alarm can not be set', why);
  if (name.length === 0 || name.length > maxNameLength) refuse(`its name must have 1 to ${maxNameLength} characters`);
  if (Number.isNaN(at.getTime()) || at.getTime() % 60_000 !== 0) refuse('its time must be a whole minute');
  if (at <= now) refuse('its time lies in the past');
  if (everyMinutes !== null && !(Number.isInteger(everyMinutes) && everyMinutes > 0)) {
    refuse('it must repeat after whole minutes, or not at all');
  }
}

/** The alarm clock: several alarms since AMT 8.0 (IPS_AlarmClockOccurrence), one since 5.1 (AMT_AlarmClockService). */
export function createAlarms(device: Device): AmtAlarms {
  const hasOnlyOne = async (): Promise<boolean> =>
    (await device.lacks('IPS_AlarmClockOccurrence', 'Enumerate')) !== null;

  async function readOnlyAlarm(): Promise<AmtAlarm | null> {
    const { values } = await device.get(alarmServiceClass);
    if (values.NextAMTAlarmTime === undefined) return null;
    const at = dateOf(values.NextAMTAlarmTime, 'the alarm');
    // Not set: firmware shows its earliest time.
    if (at.getTime() <= 0) return null;
    const everyMinutes = intervalMinutes(values.AMTAlarmClockInterval);
    return { name: onlyAlarmName, at, everyMinutes, deleteAfterwards: everyMinutes === null, isNameless: true };
  }

  async function list(): Promise<readonly AmtAlarm[]> {
    if (!(await hasOnlyOne())) return (await device.list(alarmClass)).map(toAlarm);
    const only = await readOnlyAlarm();
    return only === null ? [] : [only];
  }

  async function addOnly(alarm: AmtAlarm): Promise<void> {
    const service = await device.get(alarmServiceClass);
    await device.put(alarmServiceClass, service, {
      NextAMTAlarmTime: cimDatetime(alarm.at),
      AMTAlarmClockInterval: alarm.everyMinutes === null ? undefined : intervalText(alarm.everyMinutes),
    });
  }

  async function add(alarm: AmtAlarm): Promise<void> {
    checkAlarm(alarm, device.clock.now());
    if (await hasOnlyOne()) {
      if ((await readOnlyAlarm()) === null) return addOnly(alarm);
      throw new AmtError('firmware_fault', ['this firmware has one alarm, and it is set']);
    }
    const values = {
      InstanceID: alarm.name,
      ElementName: alarm.name,
      StartTime: cimDatetime(alarm.at),
      Interval: alarm.everyMinutes === null ? undefined : intervalText(alarm.everyMinutes),
      DeleteOnCompletion: alarm.deleteAfterwards,
    };
    await device.call(alarmServiceClass, 'AddAlarm', { AlarmTemplate: { of: alarmClass, values } });
  }

  async function remove(name: string): Promise<boolean> {
    const known = await list();
    if (!known.some((alarm) => alarm.name === name)) return false;
    if (!(await hasOnlyOne())) await device.remove(alarmClass, { InstanceID: name });
    else {
      const service = await device.get(alarmServiceClass);
      // A guess: Intel's guide does not say how the one alarm is taken back.
      await device.put(alarmServiceClass, service, { NextAMTAlarmTime: null, AMTAlarmClockInterval: null });
    }
    return true;
  }

  return {
    list: () => device.task(list),
    add: (alarm) => device.task(() => add(alarm)),
    remove: (name) => device.task(() => remove(name)),
  };
}
