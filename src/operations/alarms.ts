import { oneLine, plural } from '../messages/format.ts';
import { alarmsReport } from '../messages/reports/alarms.ts';
import type { AmtAlarm } from '../ports/amt/alarms.ts';
import { endOf } from './finding.ts';
import type { Operation } from './operation.ts';

/** Alarms that firmware holds (Intel AMT Implementation and Reference Guide, "Alarm Clock"). */
const mostAlarms = 5;

/** Reading, setting and clearing alarms of the device's own clock. All are safe to repeat. */
export function createAlarmOperations({
  timeZone,
}: {
  readonly timeZone: string;
}): readonly [read: Operation, set: Operation, clear: Operation] {
  return [
    {
      name: 'read-alarms',
      exclusive: false,
      async perform({ session, device }) {
        return endOf(session, 'ok', 'done', alarmsReport(device.name, await session.alarms.list(), timeZone));
      },
    },
    {
      name: 'set-alarm',
      exclusive: true,
      async perform({ session, device, parameters, interrupted, clock }) {
        const wanted = alarmOf(parameters);
        const held = await session.alarms.list();
        const report = async (summary: string) =>
          alarmsReport(device.name, await session.alarms.list(), timeZone, summary);
        const same = held.find((alarm) => (alarm.isNameless ? isSame(alarm, wanted) : alarm.name === wanted.name));
        if (same && isSame(same, wanted))
          return endOf(session, 'ok', interrupted ? 'done' : 'already_so', await report('the alarm is set already'));
        // Firmware takes no alarm in the past; an approval may have come too late.
        if (wanted.at <= clock.now()) return endOf(session, 'failed', 'time_past', await report('the time is over'));
        if (!same && (held.length >= mostAlarms || held.some(({ isNameless }) => isNameless)))
          return endOf(session, 'failed', 'alarms_full', await report(`holds ${plural(held.length, 'alarm')}`));
        if (same) await session.alarms.remove(same.name);
        await session.alarms.add(wanted);
        const after = await session.alarms.list();
        const isSet = after.some((alarm) => (alarm.isNameless || alarm.name === wanted.name) && isSame(alarm, wanted));
        return endOf(
          session,
          isSet ? 'ok' : 'failed',
          isSet ? 'done' : 'not_as_written',
          alarmsReport(device.name, after, timeZone, isSet ? 'the alarm is set' : 'the alarm is not there'),
        );
      },
    },
    {
      name: 'clear-alarm',
      exclusive: true,
      async perform({ session, device, parameters, interrupted }) {
        const held = await session.alarms.list();
        const going = held.filter(({ name }) => parameters.name === 'all' || name === parameters.name);
        for (const { name } of going) await session.alarms.remove(name);
        const left = going.length > 0 ? await session.alarms.list() : held;
        const missed = left.some(({ name }) => going.some((alarm) => alarm.name === name));
        const code = missed ? 'not_as_written' : going.length > 0 || interrupted ? 'done' : 'already_so';
        const what = listOf(going);
        const summary =
          going.length === 0 ? 'there is no such alarm' : missed ? `not cleared: ${what}` : `cleared: ${what}`;
        return endOf(session, missed ? 'failed' : 'ok', code, alarmsReport(device.name, left, timeZone, summary));
      },
    },
  ];
}

const listOf = (alarms: readonly AmtAlarm[]) => alarms.map(({ name }) => oneLine(name, 40)).join(', ');

/** The parameters as the command checked them. */
function alarmOf({ at, every, name }: Readonly<Record<string, string>>): AmtAlarm {
  const everyMinutes = every === undefined ? null : Number(every);
  return { name: name ?? '', at: new Date(at ?? ''), everyMinutes, deleteAfterwards: everyMinutes === null };
}

function isSame(a: AmtAlarm, b: AmtAlarm): boolean {
  return a.at.getTime() === b.at.getTime() && a.everyMinutes === b.everyMinutes;
}
