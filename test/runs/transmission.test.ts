import { describe, expect, test } from '@jest/globals';
import type { RunPacing } from '../../src/ports/runs/run-pacing.ts';
import { retryOf } from '../../src/runs/retry.ts';
import { planPacing, planPlaces, type Transmission, wakeStart } from '../../src/runs/transmission.ts';

const now = new Date('2026-11-24T21:00:00Z');
const minute = 60_000;
const usual: Transmission = {
  retries: 3,
  retryDelayMs: 2 * minute,
  pauseAfter: null,
  pauseMs: 10_000,
  perSubnet: null,
  spreadMs: 0,
  deadlineMs: null,
  offsetMs: 10 * minute,
};
const of = (over: Partial<Transmission>) => () => ({ ...usual, ...over });

describe('how a run is paced', () => {
  test('not at all when nothing is tried again, pauses, or is capped', () => {
    expect(planPacing(['madrid'], now, of({ retries: 0 }))).toBeNull();
  });
  test('by site, each with its deadline', () => {
    const pacing = planPacing(['madrid', 'lyon', 'madrid'], now, (site) => ({
      ...usual,
      retries: site === 'lyon' ? 5 : 0,
      deadlineMs: site === 'lyon' ? 30 * minute : null,
    }));
    expect(pacing).toEqual({
      sites: { lyon: { retries: 5, retryDelayMs: 120_000, pauseAfter: null, pauseMs: 10_000, perSubnet: null } },
      deadlines: { lyon: new Date('2026-11-24T21:30:00Z') },
    });
  });
  test('starts are spread evenly, at each site by itself', () => {
    const devices = ['madrid', 'madrid', 'lyon', 'madrid', 'madrid'].map((site) => ({ site, subnet: null }));
    const places = planPlaces(devices, (site) => ({ ...usual, spreadMs: site === 'madrid' ? 8 * minute : 0 }));
    expect(places?.startAfterMs.map((ms) => ms / minute)).toEqual([0, 2, 0, 4, 6]);
  });
  test('a site that needs less time before the activity begins later', () => {
    const devices = ['madrid', 'lyon', 'madrid'].map((site) => ({ site, subnet: null }));
    const places = planPlaces(devices, of({}), (site) => (site === 'lyon' ? 5 * minute : 0));
    expect(places?.startAfterMs).toEqual([0, 5 * minute, 0]);
  });
  test('subnets only where they have a cap', () => {
    const devices = [
      { site: 'madrid', subnet: '10.1.0.0/24' },
      { site: 'lyon', subnet: '10.2.0.0/24' },
    ];
    expect(planPlaces(devices, of({}))).toBeNull();
    expect(planPlaces(devices, (site) => ({ ...usual, perSubnet: site === 'lyon' ? 5 : null }))).toEqual({
      startAfterMs: [0, 0],
      subnets: [null, '10.2.0.0/24'],
    });
  });
  test('a wake-up begins before the activity: by the offset, and by the spreading', () => {
    const due = new Date('2026-11-24T22:00:00Z');
    expect(wakeStart(due, usual)).toEqual(new Date('2026-11-24T21:50:00Z'));
    expect(wakeStart(due, { ...usual, spreadMs: 20 * minute })).toEqual(new Date('2026-11-24T21:30:00Z'));
  });
});

describe('what is tried again', () => {
  const pacing: RunPacing = { sites: { madrid: usual }, deadlines: {} };
  const task = { attempt: 1, device: { site: 'madrid' } };
  const failed = (code: string) => ({ status: 'failed' as const, code });

  test.each([
    'unreachable',
    'no_answer',
    'connection_dropped',
    'device_overloaded',
    'packets_unanswered',
    'stayed_dark',
  ])('a PC that did not answer or come on: %s', (code) =>
    expect(retryOf('power-on', failed(code), task, pacing, now)).toEqual({
      at: new Date('2026-11-24T21:02:00Z'),
      attempt: 1,
    }),
  );
  test.each([
    'wrong_credentials',
    'certificate_changed',
    'tls_too_old',
    'not_permitted',
    'mac_missing',
    'internal_error',
  ])('not what is there at the next try too: %s', (code) =>
    expect(retryOf('power-on', failed(code), task, pacing, now)).toBeNull(),
  );
  test('never what may have been done', () => {
    expect(retryOf('power-on', { status: 'unknown', code: 'unreachable' }, task, pacing, now)).toBeNull();
    expect(retryOf('power-on', { status: 'ok', code: 'done' }, task, pacing, now)).toBeNull();
  });
  test('a reset that was accepted and not seen is not sent again', () => {
    expect(retryOf('reset', failed('stayed_dark'), task, pacing, now)).toBeNull();
    expect(retryOf('power-off', failed('stayed_on'), task, pacing, now)).not.toBeNull();
  });
  test('as often as the site says, and never past the deadline', () => {
    expect(retryOf('power-on', failed('unreachable'), { ...task, tries: 2 }, pacing, now)).not.toBeNull();
    expect(retryOf('power-on', failed('unreachable'), { ...task, tries: 3 }, pacing, now)).toBeNull();
    const soon = (site: string) => ({ ...pacing, deadlines: { [site]: new Date('2026-11-24T21:02:00Z') } });
    expect(retryOf('power-on', failed('unreachable'), task, soon('madrid'), now)).toBeNull();
    expect(retryOf('power-on', failed('unreachable'), task, soon('lyon'), now)).not.toBeNull();
    expect(retryOf('power-on', failed('unreachable'), task, undefined, now)).toBeNull();
    expect(retryOf('power-on', failed('unreachable'), { ...task, device: { site: 'lyon' } }, pacing, now)).toBeNull();
  });
});
