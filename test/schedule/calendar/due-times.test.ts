import { describe, expect, test } from '@jest/globals';
import { type Cron, parseCron } from '../../../src/schedule/calendar/cron.ts';
import { nextDue, shortestPauseMinutes } from '../../../src/schedule/calendar/due-times.ts';

function cronOf(text: string): Cron {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.cron;
}
const next = (cron: string, zone: string, after: string, count = 3) =>
  nextDue(cronOf(cron), zone, new Date(after), count).map((due) => due.toISOString().slice(0, 16));

describe('what clocks leave out or show twice', () => {
  test('in spring it is due when the clocks jump', () => {
    expect(next('30 2 * * *', 'Europe/Madrid', '2027-03-27T12:00:00Z')).toEqual([
      '2027-03-28T01:00',
      '2027-03-29T00:30',
      '2027-03-30T00:30',
    ]);
    expect(next('15 2 * * *', 'Australia/Lord_Howe', '2027-10-02T00:00:00Z', 2)).toEqual([
      '2027-10-02T15:30',
      '2027-10-03T15:15',
    ]);
  });
  test('all that falls into one gap is due once', () => {
    expect(next('*/10 2 * * *', 'America/New_York', '2027-03-14T06:00:00Z', 2)).toEqual([
      '2027-03-14T07:00',
      '2027-03-15T06:00',
    ]);
  });
  test('in autumn it is due once, at the first coming, asked for at any time', () => {
    expect(next('30 2 * * *', 'Europe/Madrid', '2027-10-30T12:00:00Z', 2)).toEqual([
      '2027-10-31T00:30',
      '2027-11-01T01:30',
    ]);
    // Between the two comings, and within the second.
    for (const after of [
      '2027-10-31T00:30:00Z',
      '2027-10-31T01:00:00Z',
      '2027-10-31T01:29:00Z',
      '2027-10-31T01:31:00Z',
    ])
      expect(next('30 2 * * *', 'Europe/Madrid', after, 1)).toEqual(['2027-11-01T01:30']);
  });
  test('29 February waits eight years across a century', () => {
    expect(next('0 0 29 2 *', 'UTC', '2096-03-01T00:00:00Z', 1)).toEqual(['2104-02-29T00:00']);
  });
  test('from within a minute the next one counts', () => {
    expect(next('* * * * *', 'UTC', '2027-01-01T10:00:59.999Z', 2)).toEqual(['2027-01-01T10:01', '2027-01-01T10:02']);
    expect(next('0 10 * * *', 'UTC', '2027-01-01T10:00:00Z', 1)).toEqual(['2027-01-02T10:00']);
  });
});

test.each([
  ['* * * * *', 1],
  ['*/7 * * * *', 4],
  ['0,2 3 * * *', 2],
  ['59 23 * * *', 1440],
  ['0 0,12 * * 1', 720],
])('the shortest pause of %s is %i minutes', (cron, minutes) => {
  expect(shortestPauseMinutes(cronOf(cron))).toBe(minutes);
});
