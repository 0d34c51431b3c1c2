import { describe, expect, test } from '@jest/globals';
import { estimateMs, type Pace } from '../../src/plan/estimate.ts';
import { planWaves } from '../../src/runs/waves.ts';

const minute = 60_000;
const sites = [...Array.from({ length: 10 }, () => 'lyon'), ...Array.from({ length: 4 }, () => 'madrid')];
const atOnce = {
  smallRunDevices: 100,
  canaryDevices: 0,
  waves: 1,
  waveDevices: 100,
  perMinute: null,
  failureLimit: null,
};
const estimate = (transmission?: Pace['transmission']) =>
  estimateMs(sites, {
    waves: planWaves(sites, atOnce),
    places: { total: 100, perSite: 5 },
    perDeviceMs: 1_000,
    ...(transmission ? { transmission } : {}),
  });
const none = { spreadMs: 0, pauseAfter: null, pauseMs: 0 };

describe('how long a run will take', () => {
  test('as long as its fullest site needs for its places', () => {
    expect(estimate()).toBe(2_000);
    expect(estimate(() => none)).toBe(2_000);
  });
  test('with starts that are spread: until the last one has begun and ended', () => {
    expect(estimate((site) => ({ ...none, spreadMs: site === 'lyon' ? 10 * minute : 0 }))).toBe(9 * minute + 1_000);
  });
  test('with pauses: none after the last command', () => {
    expect(estimate(() => ({ ...none, pauseAfter: 5, pauseMs: minute }))).toBe(minute + 1_000);
    expect(estimate(() => ({ ...none, pauseAfter: 3, pauseMs: minute }))).toBe(3 * minute + 1_000);
  });
});
