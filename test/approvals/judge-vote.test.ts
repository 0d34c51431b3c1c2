import { describe, expect, test } from '@jest/globals';
import { judgeVote } from '../../src/approvals/judge-vote.ts';
import { person, policy, target, waitingRequest } from '../support/fixtures.ts';

const now = new Date('2026-11-24T09:10:00Z');
const approver = person('approver', 'lead');
const judge = (more: Partial<Parameters<typeof judgeVote>[0]> = {}) =>
  judgeVote({
    request: waitingRequest(),
    voter: approver,
    verdict: 'approve',
    devices: [target('host42')],
    policy,
    now,
    nameOf: (id) => `the ${id}`,
    timeZone: 'Europe/Madrid',
    ...more,
  });

describe('judging a vote', () => {
  test('the last yes that is needed approves', () => {
    expect(judge()).toEqual({
      ok: true,
      change: { state: 'approved', votes: [{ principal: 'approver', verdict: 'approve', at: now }], decidedAt: now },
    });
  });
  test('one of two only counts', () => {
    const judged = judge({ request: waitingRequest({ approvalsNeeded: 2 }) });
    expect(judged.ok && judged.change.state).toBeUndefined();
    expect(judged.ok && judged.change.votes).toHaveLength(1);
  });
  test('nobody counts twice', () => {
    const votes = [{ principal: 'approver', verdict: 'approve' as const, at: now }];
    expect(judge({ request: waitingRequest({ approvalsNeeded: 2, votes }) })).toMatchObject({
      ok: false,
      code: 'already_voted',
    });
  });
  test('one no denies', () =>
    expect(judge({ verdict: 'deny' })).toMatchObject({ ok: true, change: { state: 'denied' } }));
  test('never the requester, whatever their roles', () => {
    expect(judge({ voter: person('operator', 'operator', 'lead') })).toMatchObject({ ok: false, code: 'own_request' });
  });
  test('the role counts as it is at the click', () =>
    expect(judge({ voter: person('approver') })).toMatchObject({ ok: false, code: 'not_an_approver' }));
  test('expired, though nobody has noticed yet', () => {
    expect(judge({ now: new Date('2026-11-24T09:30:00Z') })).toMatchObject({ ok: false, code: 'request_expired' });
  });
  test('the second click is told by whom and when, as people say it', () => {
    const votes = [{ principal: 'approver', verdict: 'approve' as const, at: now }];
    expect(judge({ request: waitingRequest({ state: 'approved', votes }), voter: person('other', 'lead') })).toEqual({
      ok: false,
      code: 'already_decided',
      details: ['Approved by the approver at 10:10 CET'],
    });
  });
  test('whoever may not is told who may', () => {
    const request = waitingRequest({ approvers: ['approver', 'lea'] });
    expect(judge({ request, voter: person('operator', 'lead') })).toMatchObject({
      details: ['It waits for one of the approver and the lea'],
    });
    const votes = [{ principal: 'approver', verdict: 'approve' as const, at: now }];
    const half = { ...request, approvalsNeeded: 2, votes };
    expect(judge({ request: half })).toMatchObject({ code: 'already_voted', details: ['It waits for the lea'] });
  });
  test.each([
    ['withdrawn', {}, 'Withdrawn by the operator at 10:20 CET'],
    ['expired', {}, 'It expired at 10:20 CET'],
    ['changed', {}, 'Approved by the approver at 10:10 CET, but not started, because the plan had changed'],
    ['done', { votes: [], approvalsNeeded: 0 }, 'Confirmed by the operator at 10:20 CET'],
  ] as const)('half approved and then %s: the late one is told that, not of the approval', (state, more, said) => {
    const votes = [{ principal: 'approver', verdict: 'approve' as const, at: now }];
    const decidedAt = new Date('2026-11-24T09:20:00Z');
    const request = waitingRequest({ approvalsNeeded: 2, votes, state, decidedAt, ...more });
    expect(judge({ request })).toMatchObject({ ok: false, details: [said] });
  });
});
