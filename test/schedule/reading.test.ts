import { describe, expect, test } from '@jest/globals';
import { commandSpecs } from '../../src/commands/index.ts';
import { blackoutWords, isBlackedOut, parseBlackouts } from '../../src/schedule/calendar/blackouts.ts';
import { parseCron } from '../../src/schedule/calendar/cron.ts';
import { nearestTimeZone } from '../../src/schedule/calendar/time-zones.ts';
import { readScheduled } from '../../src/schedule/scheduled-command.ts';

describe('the five fields', () => {
  test.each([
    ['61 22 * * 2', 'The minute (0-59) can\'t be "61".'],
    ['0 24 * * 2', 'The hour (0-23) can\'t be "24".'],
    ['0 22 32 * *', 'The day of month (1-31) can\'t be "32".'],
    ['0 22 * foo *', 'The month (1-12 or jan-dec) can\'t be "foo".'],
    ['0 22 * * 8', 'The day of week (0-7 or sun-sat) can\'t be "8".'],
    ['0 22 30 2 *', 'The day of month "30" does not exist in that month.'],
    ['0 22 L * *', 'The day of month (1-31) takes numbers, ranges and steps only.'],
    ['0 22 * * 5#2', 'The day of week (0-7 or sun-sat) takes days, ranges and steps only.'],
  ])('%s is refused by the name of the field', (text, problem) => {
    expect(parseCron(text)).toEqual({ ok: false, problem });
  });
  test.each([
    ['0 22 * *', 'There are 4 fields, not five.'],
    ['0 0 22 * * 2', 'There are 6 fields, not five.'],
    ['', 'There is 1 field, not five.'],
    ['@often', '"@often" is no schedule: say it as "0 22 * * 2".'],
  ])('"%s" does not have five fields', (text, problem) => {
    expect(parseCron(text)).toEqual({ ok: false, problem });
  });
  test('@daily and the like are five fields', () => {
    expect(parseCron('@daily')).toMatchObject({ ok: true, cron: { minutes: [0], hours: [0] } });
  });
});

describe('days of rest', () => {
  test('dates and ranges', () => {
    const blackouts = parseBlackouts('2026-12-24, 2026-12-31..2027-01-06') ?? [];
    expect(blackoutWords(blackouts)).toBe('2026-12-24, 2026-12-31..2027-01-06');
    // 23:30 UTC is the next day in Madrid.
    expect(isBlackedOut(new Date('2026-12-23T23:30:00Z'), 'Europe/Madrid', blackouts)).toBe(true);
    expect(isBlackedOut(new Date('2026-12-23T22:30:00Z'), 'Europe/Madrid', blackouts)).toBe(false);
    expect(isBlackedOut(new Date('2027-01-06T22:59:00Z'), 'Europe/Madrid', blackouts)).toBe(true);
    expect(isBlackedOut(new Date('2027-01-06T23:00:00Z'), 'Europe/Madrid', blackouts)).toBe(false);
  });
  test.each(['2026-02-30', 'christmas', '2027-01-06..2026-12-24', '2026-12-24..'])('%s is none', (text) => {
    expect(parseBlackouts(text)).toBeNull();
  });
});

test.each([
  ['Madrid', 'Europe/Madrid'],
  ['europe/madird', 'Europe/Madrid'],
  ['new york', 'America/New_York'],
  ['Atlantis', null],
])('%s may mean the zone %s', (name, zone) => {
  expect(nearestTimeZone(name)).toBe(zone);
});

describe('commands that can be scheduled', () => {
  const read = (text: string) => readScheduled(text, commandSpecs, new Date('2026-11-23T12:00:00Z'), 'UTC');
  test('those that work on PCs', () => {
    expect(read('poweroff site:madrid - group:vip --graceful --reason "energy"')).toEqual({
      ok: true,
      command: {
        operation: 'shut-down',
        parameters: {},
        targetWords: ['site:madrid', '-', 'group:vip'],
        reason: 'energy',
      },
    });
  });
  test.each([
    ['help', 'not_schedulable'],
    ['approve req_1', 'not_schedulable'],
    ['poweron all --dry-run', 'not_schedulable'],
    ['alarm set host1 "2030-01-01 06:00"', 'not_schedulable'],
    ['powron all', 'bad_usage'],
    ['poweron', 'bad_usage'],
  ])('%s is not one: %s', (text, code) => {
    expect(read(text)).toMatchObject({ ok: false, code });
  });
});
