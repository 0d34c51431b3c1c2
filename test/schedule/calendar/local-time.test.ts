import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instantAt, instantFrom, wallAt } from '../../../src/schedule/calendar/local-time.ts';

const wall = (text: string) => Date.parse(`${text}:00Z`);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 16));

describe('what clocks show', () => {
  test.each([
    ['2026-07-01T12:00:00Z', 'Europe/Madrid', '2026-07-01T14:00'],
    ['2026-12-01T12:00:00Z', 'Europe/Madrid', '2026-12-01T13:00'],
    ['2026-12-31T23:30:00Z', 'Asia/Kolkata', '2027-01-01T05:00'],
    ['2026-06-01T00:00:00Z', 'America/St_Johns', '2026-05-31T21:30'],
    ['2026-06-01T00:00:00Z', 'UTC', '2026-06-01T00:00'],
  ])('at %s in %s', (instant, zone, shown) => expect(iso(wallAt(Date.parse(instant), zone))).toBe(shown));
});

describe('the instant that clocks show', () => {
  test('an hour that comes twice is its first coming', () => {
    expect(iso(instantAt(wall('2026-10-25T02:30'), 'Europe/Madrid'))).toBe('2026-10-25T00:30');
    expect(iso(instantFrom(wall('2026-10-25T02:30'), 'Europe/Madrid'))).toBe('2026-10-25T00:30');
  });
  test('an hour that is left out is none, and counts from the jump on', () => {
    expect(instantAt(wall('2026-03-29T02:30'), 'Europe/Madrid')).toBeNull();
    expect(iso(instantFrom(wall('2026-03-29T02:30'), 'Europe/Madrid'))).toBe('2026-03-29T01:00');
    // Lord Howe Island jumps by half an hour only.
    expect(iso(instantFrom(wall('2026-10-04T02:10'), 'Australia/Lord_Howe'))).toBe('2026-10-03T15:30');
  });

  const zones = fc.constantFrom('UTC', 'Europe/Madrid', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
  const minutes = fc.integer({ min: Date.parse('2026-01-01') / 60_000, max: Date.parse('2029-01-01') / 60_000 });
  test('is never before one at which they show less', () => {
    fc.assert(
      fc.property(minutes, zones, (minute, zone) => {
        const from = instantFrom(minute * 60_000, zone);
        expect(wallAt(from, zone)).toBeGreaterThanOrEqual(minute * 60_000);
        expect(wallAt(from - 60_000, zone)).toBeLessThan(minute * 60_000);
      }),
    );
  });
});
