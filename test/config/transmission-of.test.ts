import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { connectionsOf, transmissionOf } from '../../src/config/settings/transmission-of.ts';

const config = (yaml: string) => parseConfig(yaml, 'oob.yaml');
const minute = 60_000;

describe('how commands go out by the configuration', () => {
  test('power-on: three retries after two minutes, as the transmission settings of Configuration Manager', () => {
    expect(transmissionOf(config(''), 'power-on', 'madrid')).toEqual({
      retries: 3,
      retryDelayMs: 2 * minute,
      pauseAfter: null,
      pauseMs: 10_000,
      perSubnet: null,
      spreadMs: 0,
      deadlineMs: null,
      offsetMs: 10 * minute,
    });
  });
  test('other operations: once, unless they are named', () => {
    const set = config(
      'transmissions: { retries: 5, sites: { lyon: { retries: 4 } }, operations: { power-off: { retries: 1 } } }',
    );
    expect(transmissionOf(set, 'reset', 'lyon')).toMatchObject({ retries: 0, spreadMs: 0, deadlineMs: null });
    expect(transmissionOf(set, 'power-off', 'lyon')).toMatchObject({ retries: 1, retryDelayMs: 2 * minute });
    expect(transmissionOf(set, 'power-on', 'madrid').retries).toBe(5);
  });
  test('a site for itself', () => {
    const set = config(
      'transmissions: { deadlineMinutes: 60, sites: { lyon: { retries: 0, pauseAfterDevices: 200, pauseSeconds: 30, spreadMinutes: 5, subnetDevices: 8, connections: 20, deadlineMinutes: 90 } } }',
    );
    expect(transmissionOf(set, 'power-on', 'LYON')).toMatchObject({
      ...{ retries: 0, pauseAfter: 200, pauseMs: 30_000, spreadMs: 5 * minute, perSubnet: 8, deadlineMs: 90 * minute },
    });
    expect(transmissionOf(set, 'power-on', 'madrid').deadlineMs).toBe(60 * minute);
    expect(connectionsOf(set, 'lyon')).toBe(20);
    expect(connectionsOf(set, 'madrid')).toBeNull();
  });
  test('0 to 5 retries', () =>
    expect(() => config('transmissions: { retries: 6 }')).toThrow('a whole number from 0 to 5'));
});
