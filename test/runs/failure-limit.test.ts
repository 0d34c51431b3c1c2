import { describe, expect, test } from '@jest/globals';
import { slideWindow } from '../../src/runs/failure-limit.ts';

const limit = { percent: 20, ofLast: 20 };
const ok = { status: 'ok', code: 'done' } as const;
const bad = { status: 'failed', code: 'unreachable' } as const;
const wrong = { status: 'failed', code: 'wrong_credentials' } as const;
const times = <T>(count: number, each: T): readonly T[] => Array.from({ length: count }, () => each);

describe('the failure limit', () => {
  test('four of the last twenty are within 20 %, the fifth is over', () => {
    const four = slideWindow([], [...times(16, ok), ...times(4, bad)], limit);
    expect(four).toMatchObject({ hit: null, counted: 20 });
    expect(slideWindow(four.recent, [bad], limit).hit).toEqual({
      among: 'last',
      failed: 5,
      of: 20,
      percent: 20,
      byCode: { unreachable: 5 },
    });
  });

  test('says at the first moment that breaks it how many of how many, and of what', () => {
    const { hit } = slideWindow([], [ok, wrong, wrong, ok, bad, wrong, wrong, bad, bad], limit);
    expect(hit).toMatchObject({ failed: 5, of: 7, byCode: { wrong_credentials: 4, unreachable: 1 } });
  });

  test('the first of all to fail is not 100 %', () => {
    expect(slideWindow([], [bad], limit).hit).toBeNull();
  });

  test('old failures leave the window', () => {
    const { recent, hit } = slideWindow([], [...times(4, bad), ...times(20, ok), ...times(4, bad)], limit);
    expect(hit).toBeNull();
    expect(recent).toHaveLength(20);
    expect(recent.filter((code) => code !== '')).toHaveLength(4);
  });

  test('a burst in the middle of a batch is seen though the batch ends well', () => {
    const { hit, recent } = slideWindow([], [...times(5, bad), ...times(40, ok)], limit);
    expect(hit).toMatchObject({ failed: 5, of: 5 });
    expect(recent.filter((code) => code !== '')).toEqual([]);
  });

  test('what is unknown is bad; what tells nothing about the device does not count', () => {
    expect(slideWindow([], times(5, { status: 'unknown', code: 'answer_lost' } as const), limit).hit).not.toBeNull();
    for (const code of ['device_busy', 'interrupted', 'lock_forced']) {
      const slid = slideWindow([], times(30, { status: 'unknown', code } as const), limit);
      expect(slid).toEqual({ recent: [], hit: null, counted: 0 });
    }
    expect(slideWindow([], times(30, { status: 'skipped', code: 'run_stopped' } as const), limit).counted).toBe(0);
  });
});
