import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { wavesOf } from '../../src/config/settings/waves-of.ts';

const config = (yaml: string) => parseConfig(yaml, 'oob.yaml');

describe('how runs are spread out by the configuration', () => {
  test('what can do harm goes in waves behind a canary', () => {
    const usual = {
      smallRunDevices: 20,
      canaryDevices: 5,
      waves: 4,
      waveDevices: 1_000,
      perMinute: null,
      failureLimit: { percent: 20, ofLast: 20 },
    };
    expect(wavesOf(config(''), 'reset')).toEqual(usual);
    expect(wavesOf(config(''), 'apply-settings')).toEqual(usual);
  });

  test('turning on, and what only looks, goes at once', () => {
    for (const operation of ['power-on', 'read-status', 'pull-audit-log'] as const)
      expect(wavesOf(config(''), operation)).toMatchObject({ canaryDevices: 0, waves: 1, failureLimit: null });
  });

  test('what is set for all does not hold them back; what is set for one of them does', () => {
    const set = config(
      'waves: { canaryDevices: 9, perMinute: 60, operations: { power-on: { canaryDevices: 3, failurePercent: 50 } } }',
    );
    expect(wavesOf(set, 'reset')).toMatchObject({ canaryDevices: 9, perMinute: 60 });
    expect(wavesOf(set, 'read-status')).toMatchObject({ canaryDevices: 0, perMinute: 60 });
    expect(wavesOf(set, 'power-on')).toMatchObject({ canaryDevices: 3, failureLimit: { percent: 50, ofLast: 20 } });
  });

  test('an operation that became harmless or harmful by its risk follows it', () => {
    const strict = config('operations: { read-status: { risk: peer } }');
    expect(wavesOf(strict, 'read-status')).toMatchObject({ canaryDevices: 5 });
  });

  test('100 % is no limit', () => {
    expect(wavesOf(config('waves: { failurePercent: 100 }'), 'reset').failureLimit).toBeNull();
  });

  test('a word that is no operation is answered with those there are', () => {
    expect(() => config('waves: { operations: { powerdown: { waveDevices: 3 } } }')).toThrow(/powerdown/);
  });
});
