import { describe, expect, test } from '@jest/globals';
import { requestCard } from '../../src/messages/cards/request-card.ts';
import { planCsv } from '../../src/messages/plan/plan-csv.ts';
import { alreadyWords, tallyWords, timeWords } from '../../src/messages/plan/plan-words.ts';
import type { StoredRequest } from '../../src/ports/store/request-store.ts';
import { planSummary, target, waitingRequest } from '../support/fixtures.ts';

const madrid = planSummary({
  bySite: [{ name: 'madrid', devices: 96 }],
  byPower: [
    { name: 'on', devices: 93 },
    { name: 'off', devices: 3 },
  ],
  leftOut: [
    { name: 'VIP (policy vip-hold)', devices: 3 },
    { name: 'lab (policy lab)', devices: 1 },
  ],
  waves: [5, 22, 23, 23, 23],
  hasCanary: true,
  estimateMs: 37_000,
  rules: ['rule many needs two other people: 96 PCs, over 50'],
});
const cardOf = (over: Partial<StoredRequest> = {}) =>
  requestCard({
    request: waitingRequest({
      deviceCount: 96,
      excludedCount: 4,
      sampleNames: ['host1', 'host2', 'host3', 'host4', 'host5'],
      approvalsNeeded: 2,
      approvers: ['approver', 'lead'],
      planSummary: madrid,
      reason: 'fire drill',
      ...over,
    }),
    run: null,
    progress: null,
    outcomes: [],
    site: 'madrid',
    nameOf: (id) => `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`,
    timeZone: 'UTC',
    parked: false,
    retry: null,
    csv: null,
    planCsv: 'name\r\n',
  });

describe('the card of a plan', () => {
  test('how many of how many, who is left out and why, how long in how many waves, who has to agree', () => {
    expect(cardOf()).toMatchObject({
      outcome: 'waiting',
      title: 'Plan: hard power-off of 96 of 100 PCs in madrid. Needs 2 approvals',
      text: 'Left out: 3 VIP (policy vip-hold), 1 lab (policy lab). 3 were off already when last seen. About 40 s in 5 waves, canary 5.',
      facts: [
        { label: 'PCs', value: 'host1, host2, host3, host4, host5 and 91 more' },
        { label: 'Last seen', value: 'on 93, off 3' },
        { label: 'Why it waits', value: 'rule many needs two other people: 96 PCs, over 50' },
        { label: 'Reason', value: 'fire drill' },
        { label: 'May approve', value: 'Approver and Lead' },
        { label: 'Expires', value: '09:30 UTC' },
      ],
      attachment: { name: 'req_1-plan.csv' },
    });
  });

  test('one of two approved: by whom and when; the button says what it counts for', () => {
    const at = new Date('2026-11-24T09:02:00Z');
    const view = cardOf({ votes: [{ principal: 'approver', verdict: 'approve', at }] });
    expect(view.title).toBe('Plan: hard power-off of 96 of 100 PCs in madrid. Needs 1 more approval');
    expect(view.facts).toContainEqual({ label: 'May approve', value: 'Lead' });
    expect(view.facts).toContainEqual({ label: 'Approved', value: '1 of 2 (Approver, 09:02 UTC)' });
    expect(view.actions?.[0]?.confirm?.text).toBe('This starts the hard power-off of 96 of 100 PCs in madrid at once.');
    expect(cardOf().actions?.[0]?.confirm?.text).toContain('one of 2 approvals');
  });

  test('what ran out of time with one of two approvals says so', () => {
    const votes = [{ principal: 'approver', verdict: 'approve' as const, at: new Date('2026-11-24T09:02:00Z') }];
    expect(cardOf({ state: 'expired', votes }).title).toBe(
      'Expired with 1 of 2 approvals: hard power-off of 96 PCs in madrid',
    );
    expect(cardOf({ state: 'expired' }).title).toMatch(/^Expired without an approval: /);
  });

  test('a plan over one PC is as short as before', () => {
    const view = cardOf({ deviceCount: 1, excludedCount: 0, sampleNames: ['host42'], planSummary: planSummary() });
    expect(view.title).toBe('Plan: hard power-off of host42. Needs 2 approvals');
    expect(view.text).toBe('About 10 s.');
  });

  test('what changed until the start is said, with a button to ask again; once asked again the button is gone', () => {
    const changed = cardOf({ state: 'changed', endNote: '1 PC more: smuggled; the policy was changed' });
    expect(changed.text).toBe(
      'Since it was agreed to: 1 PC more: smuggled; the policy was changed. Nothing was done. Ask again to see the new plan.',
    );
    expect(changed.actions?.map(({ label }) => label)).toEqual(['Ask again']);
  });
});

describe('the words of a plan', () => {
  test.each([
    [900, [1], 'About 1 s'],
    [11_000, [10], 'About 20 s'],
    [95_000, [5, 10], 'About 2 min in 2 waves, canary 5'],
    [2 * 3_600_000, [5, 10], 'About 2 h in 2 waves, canary 5'],
  ])('%d ms: %j', (estimateMs, waves, words) => {
    expect(timeWords(planSummary({ estimateMs, waves, hasCanary: waves.length > 1 }))).toBe(words);
  });

  test('no estimate, no words', () => expect(timeWords(planSummary({ estimateMs: null }))).toBe(''));

  test('many sites are put together', () => {
    const sites = Array.from({ length: 8 }, (_, n) => ({ name: `s${n}`, devices: 10 - n }));
    expect(tallyWords(sites)).toBe('s0 10, s1 9, s2 8, s3 7, s4 6, others 12');
  });

  test('"already" only where the operation wants a power state', () => {
    const off = { byPower: [{ name: 'off', devices: 1 }] };
    expect(alreadyWords('power-off', off)).toBe('1 was off already when last seen');
    expect(alreadyWords('reset', off)).toBe('');
    expect(alreadyWords('power-on', off)).toBe('');
  });
});

test('the file names every PC, with a reason for each that is left out', () => {
  const left = {
    device: target('boss', { groups: ['vip', 'floor3'], powerState: 2 }),
    code: 'held_by_policy',
    because: 'VIP',
  };
  expect(planCsv([target('host1', { powerState: 8 })], [left]).split('\r\n')).toEqual([
    'name,site,groups,last_seen,planned,code,left_out_because',
    'host1,madrid,,off,yes,,',
    'boss,madrid,vip;floor3,on,no,held_by_policy,VIP',
    '',
  ]);
});
