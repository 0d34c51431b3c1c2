import { describe, expect, test } from '@jest/globals';
import { instantOf, minutesOf } from '../../src/commands/wall-time.ts';

const iso = (text: string, zone: string) => instantOf(text, zone)?.toISOString() ?? null;

describe('times that people type', () => {
  test.each([
    ['2026-12-01 06:30', 'UTC', '2026-12-01T06:30:00.000Z'],
    ['2026-12-01T06:30', 'Europe/Madrid', '2026-12-01T05:30:00.000Z'],
    ['2026-07-01 06:30', 'Europe/Madrid', '2026-07-01T04:30:00.000Z'],
    ['2026-12-01 06:30:00', 'Asia/Kolkata', '2026-12-01T01:00:00.000Z'],
    ['2026-12-31 23:59', 'Pacific/Kiritimati', '2026-12-31T09:59:00.000Z'],
    ['2026-12-01 00:30', 'America/St_Johns', '2026-12-01T04:00:00.000Z'],
    ['2026-12-01 06:30Z', 'Europe/Madrid', '2026-12-01T06:30:00.000Z'],
    ['2026-12-01 06:30-05:30', 'UTC', '2026-12-01T12:00:00.000Z'],
    // Comes twice when summer time ends: the first is meant.
    ['2026-10-25 02:30', 'Europe/Madrid', '2026-10-25T00:30:00.000Z'],
  ])('%s in %s', (text, zone, instant) => expect(iso(text, zone)).toBe(instant));

  test.each([
    ['2026-03-29 02:30', 'Europe/Madrid'],
    ['2026-02-31 06:30', 'UTC'],
    ['2026-12-01 24:00', 'UTC'],
    ['2026-13-01 06:30', 'UTC'],
    ['2026-12-01', 'UTC'],
    ['2026-12-01 06:30:15', 'UTC'],
    ['6:30', 'UTC'],
    ['', 'UTC'],
  ])('"%s" in %s is none', (text, zone) => expect(instantOf(text, zone)).toBeNull());

  test.each([
    ['90m', 90],
    ['90min', 90],
    ['12h', 720],
    ['1D', 1_440],
    ['2w', 20_160],
    ['0h', null],
    ['1.5h', null],
    ['1 day', null],
    ['99999999w', null],
  ])('%s is %p minutes', (text, minutes) => expect(minutesOf(text)).toBe(minutes));
});
