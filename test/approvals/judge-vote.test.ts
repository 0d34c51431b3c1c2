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
      code: 'already_decided',
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
      details: ['approved by the approver at 10:10 CET'],
    });
  });
});
