import { describe, expect, test } from '@jest/globals';
import { planWaves, type WaveSettings, waveSizes } from '../../src/runs/waves.ts';

const settings: WaveSettings = {
  smallRunDevices: 20,
  canaryDevices: 5,
  waves: 4,
  waveDevices: 1_000,
  perMinute: null,
  failureLimit: { percent: 20, ofLast: 20 },
};
const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0);

describe('sizes of the waves', () => {
  test.each([
    [0, []],
    [1, [1]],
    [20, [20]],
    [21, [5, 4, 4, 4, 4]],
    [96, [5, 22, 23, 23, 23]],
    [200, [5, 48, 49, 49, 49]],
  ])('%i devices go as %j', (devices, sizes) => {
    expect(waveSizes(devices, settings)).toEqual(sizes);
  });

  test('no wave is larger than it may be, none is empty, and all devices are in one', () => {
    const sizes = waveSizes(10_000, settings);
    expect(sizes).toHaveLength(11);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
    for (let devices = 1; devices < 300; devices += 1) {
      const each = waveSizes(devices, { ...settings, smallRunDevices: 0, waveDevices: 7 });
      expect(sum(each)).toBe(devices);
      expect(Math.min(...each)).toBeGreaterThan(0);
      expect(Math.max(...each.slice(1), 0)).toBeLessThanOrEqual(7);
    }
  });

  test('without a canary the waves are the rest', () => {
    expect(waveSizes(100, { ...settings, canaryDevices: 0, waves: 1 })).toEqual([100]);
    expect(waveSizes(100, { ...settings, canaryDevices: 0 })).toEqual([25, 25, 25, 25]);
  });

  test('a canary of all the devices leaves one for after it', () => {
    expect(waveSizes(3, { ...settings, smallRunDevices: 0, waves: 1 })).toEqual([2, 1]);
  });
});

describe('the plan', () => {
  const sites = [
    ...Array<string>(60).fill('madrid'),
    ...Array<string>(30).fill('lyon'),
    ...Array<string>(10).fill('oslo'),
  ];

  test('spreads the canary over the sites and keeps the order of the request after it', () => {
    const plan = planWaves(sites, settings);
    expect(plan).toMatchObject({
      hasCanary: true,
      sizes: [5, 23, 24, 24, 24],
      failureLimit: { percent: 20, ofLast: 20 },
    });
    const waveOf = plan.waveOf ?? [];
    const canaries = waveOf.flatMap((wave, at) => (wave === 1 ? [sites[at]] : []));
    expect(canaries).toEqual(['madrid', 'madrid', 'lyon', 'lyon', 'oslo']);
    const rest = waveOf.filter((wave) => wave > 1);
    expect(rest).toEqual(rest.toSorted((a, b) => a - b));
    for (const [at, size] of plan.sizes.entries()) expect(waveOf.filter((wave) => wave === at + 1)).toHaveLength(size);
  });

  test('with more sites than canaries each canary is at another site', () => {
    const many = Array.from({ length: 50 }, (_, at) => `site${at % 25}`);
    const waveOf = planWaves(many, settings).waveOf ?? [];
    expect(new Set(waveOf.flatMap((wave, at) => (wave === 1 ? [many[at]] : []))).size).toBe(5);
  });

  test('a small run goes at once and has no failure limit, but keeps the rate', () => {
    const plan = planWaves(sites.slice(0, 20), { ...settings, perMinute: 60 });
    expect(plan).toEqual({ sizes: [20], hasCanary: false, waveOf: null, perMinute: 60, failureLimit: null });
  });

  test('one wave without a canary keeps the failure limit', () => {
    const plan = planWaves(sites, { ...settings, canaryDevices: 0, waves: 1 });
    expect(plan).toMatchObject({ sizes: [100], waveOf: null, hasCanary: false, failureLimit: { percent: 20 } });
  });
});
