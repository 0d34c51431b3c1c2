import { describe, expect, test } from '@jest/globals';
import { closedFor } from '../../src/policy/closed-windows.ts';
import { type MaintenanceWindow, weekdays } from '../../src/policy/policy.ts';
import { isOpen, openingAt } from '../../src/policy/windows.ts';
import { policy, target } from '../support/fixtures.ts';

const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const window = (from: string, to: string, more: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  id: 'nights',
  operations: ['all'],
  targets: ['all'],
  days: weekdays,
  fromMinutes: minutes(from),
  toMinutes: minutes(to),
  timeZone: 'Europe/Madrid',
  outside: 'refuse',
  ...more,
});
const at = (instant: string) => new Date(instant);
const openAt = (each: MaintenanceWindow, ...instants: string[]) => instants.map((instant) => isOpen(each, at(instant)));

describe('a window', () => {
  test('opens at its first minute and is closed from its last on', () => {
    const days = window('08:00', '17:00');
    // In November clocks in Madrid are an hour ahead of UTC.
    expect(
      openAt(
        days,
        '2026-11-24T06:59:59.999Z',
        '2026-11-24T07:00:00Z',
        '2026-11-24T15:59:59.999Z',
        '2026-11-24T16:00:00Z',
      ),
    ).toEqual([false, true, true, false]);
  });

  test('goes by the clocks of its zone, not by those of the machine', () => {
    expect(
      openAt(window('08:00', '09:00', { timeZone: 'Asia/Kolkata' }), '2026-11-24T02:30:00Z', '2026-11-24T08:30:00Z'),
    ).toEqual([true, false]);
  });

  test('over midnight lasts into the next day, also one on which it does not open', () => {
    const fridays = window('22:00', '05:00', { days: ['fri'], timeZone: 'UTC' });
    expect(
      openAt(
        fridays,
        '2026-11-27T04:00:00Z', // Friday morning: Thursday's would be open, but it does not open on Thursdays.
        '2026-11-27T22:00:00Z',
        '2026-11-28T04:59:00Z', // Saturday morning, still Friday's.
        '2026-11-28T05:00:00Z',
        '2026-11-28T22:00:00Z',
      ),
    ).toEqual([false, true, true, false, false]);
  });

  test('over midnight at the end of a month and of a year', () => {
    expect(
      openAt(window('23:00', '01:00', { timeZone: 'UTC' }), '2026-12-31T23:30:00Z', '2027-01-01T00:30:00Z'),
    ).toEqual([true, true]);
  });

  test('that closes when it opens is open for a whole day', () => {
    const day = window('06:00', '06:00', { days: ['mon'], timeZone: 'UTC' });
    expect(
      openAt(day, '2026-11-23T05:59:00Z', '2026-11-23T06:00:00Z', '2026-11-24T05:59:00Z', '2026-11-24T06:00:00Z'),
    ).toEqual([false, true, true, false]);
  });

  test('daylight saving: in spring a time that is left out is the jump over it', () => {
    // On 2026-03-29 clocks in Madrid go from 02:00 to 03:00, at 01:00 UTC.
    const early = window('02:30', '04:00');
    expect(openingAt(early, at('2026-03-29T00:00:00Z'))).toEqual({
      from: at('2026-03-29T01:00:00Z'),
      to: at('2026-03-29T02:00:00Z'),
    });
    expect(openingAt(window('01:00', '02:30'), at('2026-03-28T23:30:00Z'))).toEqual({
      from: at('2026-03-29T00:00:00Z'),
      to: at('2026-03-29T01:00:00Z'),
    });
  });

  test('daylight saving: one that lies wholly in what spring leaves out does not open on that day', () => {
    expect(openingAt(window('02:10', '02:50'), at('2026-03-29T00:30:00Z'))?.from).toEqual(at('2026-03-30T00:10:00Z'));
  });

  test('daylight saving: in autumn it opens at the first of two times, and is an hour longer when both lie within', () => {
    // On 2026-10-25 clocks in Madrid go from 03:00 back to 02:00, at 01:00 UTC.
    expect(openingAt(window('02:30', '04:00'), at('2026-10-24T23:00:00Z'))).toEqual({
      from: at('2026-10-25T00:30:00Z'),
      to: at('2026-10-25T03:00:00Z'),
    });
    expect(openingAt(window('22:00', '05:00'), at('2026-10-25T00:00:00Z'))).toEqual({
      from: at('2026-10-24T20:00:00Z'),
      to: at('2026-10-25T04:00:00Z'),
    });
  });

  test('the next opening is found, on the same day a week later too; one without days never opens', () => {
    const mondays = window('08:00', '09:00', { days: ['mon'], timeZone: 'UTC' });
    expect(openingAt(mondays, at('2026-11-23T09:00:00Z'))?.from).toEqual(at('2026-11-30T08:00:00Z'));
    expect(openingAt(window('08:00', '09:00', { days: [] }), at('2026-11-23T09:00:00Z'))).toBeNull();
  });
});

describe('windows about the same PCs', () => {
  const madrid = window('22:00', '05:00', { id: 'madrid-nights', targets: ['site:madrid'], timeZone: 'UTC' });
  const sunday = window('00:00', '23:59', { id: 'sundays', days: ['sun'], timeZone: 'UTC' });
  const devices = [target('m'), target('l', { site: 'lyon' })];
  const closed = (windows: readonly MaintenanceWindow[], now: string, operation: 'reset' | 'read-status' = 'reset') =>
    closedFor(operation, devices, { ...policy, windows }, at(now)).map(({ window: { id }, devices: those }) => [
      id,
      those.map(({ name }) => name),
    ]);

  test('two windows: one open window is enough', () => {
    expect(closed([madrid, sunday], '2026-11-22T12:00:00Z')).toEqual([]);
    // On a Tuesday night Madrid's is open, and nothing is for Lyon.
    expect(closed([madrid, sunday], '2026-11-24T23:00:00Z')).toEqual([['sundays', ['l']]]);
    expect(closed([madrid, sunday], '2026-11-24T12:00:00Z')).toEqual([
      ['madrid-nights', ['m']],
      ['sundays', ['m', 'l']],
    ]);
  });

  test('PCs that no window is about are never outside', () =>
    expect(closed([madrid], '2026-11-24T12:00:00Z')).toEqual([['madrid-nights', ['m']]]));

  test('"all" means what does more than look', () =>
    expect(closed([sunday], '2026-11-24T12:00:00Z', 'read-status')).toEqual([]));
});
