import { describe, expect, test } from '@jest/globals';
import { createRequestActions } from '../../../src/approvals/request-actions.ts';
import { addedCard, scheduleCard } from '../../../src/messages/schedules/schedule-cards.ts';
import { type TickOutcome, tickWords } from '../../../src/messages/schedules/tick-words.ts';
import type { RequestState, StoredRequest } from '../../../src/ports/store/request-store.ts';
import type { Tick } from '../../../src/ports/store/schedule-store.ts';
import { newRequest } from '../../contract/store/samples.ts';
import { scheduleOf } from '../../schedule/ground.ts';

const schedule = { ...scheduleOf({ timeZone: 'Europe/Madrid' }), version: 1 };
const begin = { leads: [], alarms: [], now: new Date('2026-10-01T00:00:00Z') };
const nextOf = (...times: string[]) => {
  const facts = { schedule, next: times.map((time) => new Date(time)), nameOf: (id: string) => id, ...begin };
  const view = addedCard(facts, { agreement: { by: 'nobody' } });
  return view.facts?.find(({ label }) => label === 'Next')?.value;
};
const tick = (state: Tick['state'], code: string | null = null): Tick => ({
  scheduleId: 'night',
  dueAt: new Date('2027-01-01T01:00:00Z'),
  state,
  requestId: 'req_1',
  code,
  at: new Date('2027-01-01T01:00:00Z'),
});
const request = (state: RequestState, over: Partial<StoredRequest> = {}): StoredRequest => ({
  ...newRequest([], { id: 'req_1', state, actions: createRequestActions((prefix) => `${prefix}_x`) }),
  operation: 'power-on',
  version: 1,
  runId: null,
  endNote: null,
  ...over,
});
const progress = { total: 100, pending: 0, running: 0, ok: 94, failed: 5, unknown: 1, skipped: 0, byCode: {} };

describe('cards of schedules', () => {
  test('next times are said with their weekday, so that a wrong day of the week is seen', () => {
    expect(nextOf('2026-10-20T20:00:00Z', '2026-10-27T21:00:00Z')).toBe('Tue 20 Oct 22:00 CEST, Tue 27 Oct 22:00 CET');
  });
  test('and with their year, where they lie far apart', () => {
    expect(nextOf('2028-02-28T23:00:00Z', '2032-02-28T23:00:00Z')).toBe(
      'Tue 29 Feb 2028 00:00 CET, Sun 29 Feb 2032 00:00 CET',
    );
    expect(nextOf()).toBe('never');
  });
  test.each<[string, Parameters<typeof addedCard>[1], string, string | undefined]>([
    ['nobody is asked', { agreement: { by: 'nobody' } }, 'good', undefined],
    [
      'its owner is',
      { agreement: { by: 'requester' } },
      'warning',
      'As things stand it asks each time it is due: nothing begins before its owner confirms it.',
    ],
    [
      'one of two is',
      { agreement: { by: 'others', needed: 1, approvers: ['Lea', 'Lou'] } },
      'warning',
      'As things stand it asks each time it is due: nothing begins before one of Lea and Lou approves it.',
    ],
    [
      'two of many are',
      { agreement: { by: 'others', needed: 2, approvers: ['a', 'b', 'c', 'd', 'e', 'f'] } },
      'warning',
      'As things stand it asks each time it is due: nothing begins before 2 of a, b, c, d, e and 1 more approve it.',
    ],
    [
      'it is refused',
      { refused: 'Frozen.' },
      'warning',
      'As things stand it would be refused when it is next due: Frozen.',
    ],
  ])('one that was added says who is asked each time: %s', (_who, next, tone, text) => {
    const view = addedCard({ schedule, next: [], nameOf: (id) => id, ...begin }, next);
    expect([view.tone, view.text]).toEqual([tone, text]);
  });
  test('the last due times tell how their runs ended', () => {
    const outcomes = new Map([['req_1', { request: request('done'), progress }]]);
    const view = scheduleCard({ schedule, next: [], nameOf: (id) => id, ...begin }, [tick('late')], outcomes);
    expect(view.table?.rows).toEqual([['2027-01-01 02:00 CET', 'late: 94 of 100 PCs on, 6 failed', 'req_1']]);
  });
  test.each<[string, Tick, TickOutcome | undefined]>([
    ['waits for an approval', tick('asked'), { request: request('waiting', { approvalsNeeded: 1 }), progress: null }],
    [
      'waits for a confirmation',
      tick('asked'),
      { request: request('waiting', { approvalsNeeded: 0 }), progress: null },
    ],
    ['not approved in time', tick('asked'), { request: request('expired'), progress: null }],
    ['running: 94 of 100 PCs on, 6 failed', tick('asked'), { request: request('running'), progress }],
    ['asked', tick('asked'), undefined],
    ['skipped: The day is one on which the schedule rests', tick('skipped', 'blackout'), undefined],
    ['being asked for', tick('due'), undefined],
  ])('%s', (words, of, outcome) => {
    expect(tickWords(of, outcome)).toBe(words);
  });
});
