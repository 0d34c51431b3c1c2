import { describe, expect, test } from '@jest/globals';
import { renderSlackMessage } from '../../adapters/slack/render/render.ts';
import { renderMessage } from '../../adapters/teams/render.ts';
import { requestCard } from '../../src/messages/cards/request-card.ts';
import { breakGlassSection } from '../../src/messages/digest/break-glass.ts';
import { brokenGlassNotice } from '../../src/messages/glass/notices.ts';
import { doneWords, type ReviewFacts, reviewCard, reviewsCard } from '../../src/messages/glass/review-cards.ts';
import { dryRunCard } from '../../src/messages/plan/dry-run-card.ts';
import type { StoredRequest } from '../../src/ports/store/request-store.ts';
import type { Review } from '../../src/ports/trail/review-store.ts';
import { planSummary, target, waitingRequest } from '../support/fixtures.ts';

const lifted = [{ guard: 'windows' as const, found: 'window nights opens 2026-11-24 22:00 UTC; 1 of 1 PC: host42' }];
const request: StoredRequest = waitingRequest({
  state: 'approved',
  reason: 'pump room is flooded',
  approvalsNeeded: 0,
  glass: { lifted, reviewId: 'rev_1' },
});
const review: Review = {
  id: 'rev_1',
  requestId: 'req_1',
  requester: 'operator',
  openedAt: new Date('2026-11-24T09:00:00Z'),
  actionId: 'act_review',
  signedOff: null,
};
const signedOff = { by: 'approver', at: new Date('2026-11-24T10:05:00Z'), note: 'seen, all well' };
const names: Readonly<Record<string, string>> = { operator: 'Olga Operator', approver: 'Arturo Approver' };
const nameOf = (id: string) => names[id] ?? id;
const facts = {
  ...{ request, run: null, progress: null, outcomes: [], site: null, nameOf, timeZone: 'UTC' },
  ...{ parked: false, retry: null, csv: null, planCsv: null },
};
const progress = {
  total: 3,
  ok: 1,
  failed: 1,
  unknown: 1,
  skipped: 0,
  pending: 0,
  running: 0,

  byCode: {},
};

describe('the card of a request that broke the glass', () => {
  test('says so first, who and why, what was lifted, and that the review is open', () => {
    const view = requestCard({ ...facts, review });
    expect(view.title).toMatch(/^BREAK-GLASS by Olga Operator: host42: planned hard power-off/);
    expect(view.tone).toBe('warning');
    expect(view.facts).toEqual([
      { label: 'Reason', value: 'pump room is flooded' },
      { label: 'Lifted', value: `maintenance window (${lifted[0]?.found})` },
      { label: 'Review', value: 'rev_1, open' },
    ]);
  });

  test('says who signed it off, when, and what they found', () => {
    const view = requestCard({ ...facts, review: { ...review, signedOff } });
    expect(view.facts?.at(-1)).toEqual({
      label: 'Review',
      value: 'rev_1, signed off by Arturo Approver, 2026-11-24 10:05 UTC: seen, all well',
    });
  });

  test('of one that never started it is said as well', () => {
    const view = requestCard({ ...facts, request: { ...request, state: 'changed', endNote: 'too late' }, review });
    expect(view.title).toBe(
      'BREAK-GLASS by Olga Operator: Not started, the plan has changed: hard power-off of host42',
    );
  });

  test('where nothing stood in the way it is a remark in small print', () => {
    const usual = { ...request, glass: { lifted: [], reviewId: null } };
    const view = requestCard({ ...facts, request: usual });
    expect(view.title).toBe('host42: planned hard power-off');
    expect(view.context).toMatch(/--break-glass was not needed: nothing stood in the way$/);
  });
});

describe('the notice', () => {
  const calls = [
    { name: 'Arturo Approver', user: 'U0ARTURO' },
    { name: 'Dora Deputy', user: null },
  ];
  const notice = brokenGlassNotice({ request, review, lifted, site: null, calls, nameOf, timeZone: 'UTC' });

  test('mentions on Slack and Teams those whom it calls, and nobody for what it says', () => {
    const slack = JSON.stringify(renderSlackMessage(notice));
    expect(slack.match(/"user_id":"\w+"/g)).toEqual(['"user_id":"U0ARTURO"']);
    expect(slack).toContain('"text":"Dora Deputy"');
    const teams = JSON.stringify(renderMessage(notice));
    expect(teams.match(/"mentioned":\{[^}]*\}/g)).toHaveLength(1);
  });

  test('its button carries an opaque id only, and asks once more', () => {
    expect(notice.actions).toEqual([
      expect.objectContaining({
        id: 'act_review',
        label: 'Sign off',
        confirm: expect.objectContaining({ yes: 'Sign off' }),
      }),
    ]);
  });

  test('says when nobody could sign it off', () => {
    const view = brokenGlassNotice({ request, review, lifted, site: null, calls: [], nameOf, timeZone: 'UTC' });
    expect(JSON.stringify(view.text)).toContain('nobody can sign it off');
    expect(JSON.stringify(notice.text)).not.toContain('nobody can sign it off');
  });
});

describe('reviews', () => {
  const open: ReviewFacts = { review, request, run: null, progress: null };
  const ended: ReviewFacts = { ...open, run: { state: 'ended' }, progress };

  test('what was done, in counts', () => {
    expect(doneWords(open)).toBe('not started yet');
    expect(doneWords({ ...open, run: { state: 'running' }, progress })).toBe(
      'running, 1 off, 1 failed, 1 unknown of 3',
    );
    expect(doneWords(ended)).toBe('1 off, 1 failed, 1 unknown');
    expect(doneWords({ ...open, request: { ...request, state: 'changed', endNote: 'too late' } })).toBe(
      'not started: too late',
    );
  });

  test('the list, and one of them, open and signed off', () => {
    expect(reviewsCard({ open: [], nameOf, timeZone: 'UTC' }).title).toBe('Nothing waits for a review');
    expect(reviewsCard({ open: [ended], nameOf, timeZone: 'UTC' })).toMatchObject({
      title: '1 review open: glass was broken',
      table: {
        rows: [
          [
            ...['rev_1', '2026-11-24 09:00 UTC', 'Olga Operator', 'hard power-off of host42'],
            ...['1 off, 1 failed, 1 unknown', 'pump room is flooded'],
          ],
        ],
      },
    });
    expect(reviewCard({ ...ended, nameOf, timeZone: 'UTC' })).toMatchObject({
      title: 'Open: BREAK-GLASS by Olga Operator: hard power-off of host42',
      text: ['Sign it off: ', { code: '/oob review rev_1 --note TEXT' }],
    });
    const closed = reviewCard({ ...ended, review: { ...review, signedOff }, nameOf, timeZone: 'UTC' });
    expect(closed).toMatchObject({ tone: 'good', title: expect.stringMatching(/^Signed off: /) });
    expect(closed.text).toBeUndefined();
  });

  test('the digest tells them, new ones or not, until there are none', () => {
    const tell = (facts: readonly ReviewFacts[], since: string) =>
      breakGlassSection({ open: facts, nameOf, timeZone: 'UTC', since: new Date(since) });
    expect(tell([], '2026-11-24T00:00:00Z')).toMatchObject({
      headline: 'nothing to review',
      isAlarm: false,
      details: null,
    });
    expect(tell([ended], '2026-11-24T00:00:00Z').headline).toMatch(
      /^1 break-glass to review \(1 new\), the oldest since/,
    );
    const old = tell([ended, ended], '2026-11-25T00:00:00Z');
    expect(old).toMatchObject({ isNews: true, isAlarm: true });
    expect(old.headline).toMatch(/^2 break-glass to review, the oldest since/);
    expect(old.rows).toHaveLength(2);
  });
});

test('a dry run says that it would break the glass, and what it would lift', () => {
  const view = dryRunCard({
    ...{ operation: 'power-off', parameters: {}, timeZone: 'UTC', devices: [target('host42')], leftOut: 0 },
    ...{ summary: planSummary(), agreement: { by: 'nobody' }, lifted, hash: 'c0ffee', csv: null },
  });
  expect(view).toMatchObject({
    tone: 'warning',
    title: 'Would BREAK GLASS for: hard power-off of host42. Nothing was done',
  });
  expect(view.facts).toContainEqual({ label: 'Lifted', value: `maintenance window (${lifted[0]?.found})` });
});
