import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRequests } from '../../src/approvals/requests.ts';
import { conversationOf } from '../../src/config/settings/conversation-of.ts';
import { createPeople } from '../../src/identity/people.ts';
import type { Freeze, Policy } from '../../src/policy/policy.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { account, createGround, pc } from '../security/ground.ts';
import { oneWave, person, policy as usual } from '../support/fixtures.ts';

const scope = { operations: ['all' as const], targets: ['all'] };
const policy: Policy = {
  ...usual,
  roles: [...usual.roles, { id: 'on-call', allow: [], approve: [], breakGlass: [scope] }],
  breakGlassPerHour: 100,
};
const otto = account('console', 'otto');
const lea = account('console', 'lea');
const inSlack = { platform: 'slack', tenant: 'T0LEADS', user: 'U0LEA' } as const;
const { accounts, ...rest } = person('lea', 'lead');
const people = [person('otto', 'operator', 'on-call'), { ...rest, accounts: [...accounts, inSlack] }];
const leads = conversationOf('slack:T0LEADS/C0LEADS');
const command = 'reset host1 --break-glass --reason "pump room is flooded"';
const minuteMs = 60_000;

let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  const followUp = { remindBeforeMs: 0, escalation: { afterMs: 15 * minuteMs, to: leads } };
  ground = await createGround({ people, inventory: [pc('host1')], policy, followUp });
}, 60_000);
afterAll(() => ground?.close());
beforeEach(() => {
  Object.assign(ground.rules, { people, policy, aheadMs: 0 });
});

test('the notice goes to the channel of the approvers at once and calls them there; the sign-off stands below it', async () => {
  const { id } = await ground.asks(otto, command);
  const isNotice = ({ title }: { readonly title: string }) => title === 'BREAK-GLASS by Otto: reset of host1';
  const notice = await ground.chats.slack.sees(isNotice);
  expect(notice.calls).toEqual([{ name: 'Lea', user: 'U0LEA' }]);
  const [posted] = ground.chats.slack.posted.filter(({ view }) => isNotice(view));
  expect(posted).toMatchObject({ channel: 'C0LEADS', below: null });
  const [action] = notice.actions ?? [];
  expect(await ground.does({ ...inSlack }, { press: action?.id ?? '' })).toEqual([]);
  await ground.chats.slack.sees(({ title }) => title === 'Signed off by Lea');
  const signed = ground.chats.slack.posted.find(({ view }) => view.title === 'Signed off by Lea');
  expect(signed).toMatchObject({ channel: 'C0LEADS', below: posted?.message });
  // Where it was asked the card alone says so.
  expect(ground.chats.console.posted.filter(({ view }) => isNotice(view))).toEqual([]);
  const review = await ground.store.reviews.get((await ground.store.requests.get(id))?.glass?.reviewId ?? '');
  expect(review?.signedOff).toMatchObject({ by: 'lea', note: null });
  expect(await ground.does(lea, { say: `review ${review?.id} --note late` })).toMatchObject([
    { context: 'already_signed_off' },
  ]);
});

describe('broken, and not begun because the service died', () => {
  /** Decided and kept; the run cannot be begun. */
  async function held() {
    const { start } = ground.store.runs;
    Object.assign(ground.store.runs, { start: () => Promise.reject(new Error('died here')) });
    const answers = await ground.does(otto, { say: command });
    expect(answers).toMatchObject([{ context: 'internal_refusal' }]);
    const [request] = await ground.store.requests.latest(1);
    if (!request) throw new Error('nothing was asked');
    expect(request).toMatchObject({ state: 'approved', glass: { lifted: [{ guard: 'approvers' }] } });
    return { id: request.id, revive: () => Object.assign(ground.store.runs, { start }) };
  }
  /** Starts it as the next process does, so long after. */
  async function startLater(id: string, aheadMs: number) {
    const requests = createRequests({
      store: ground.store,
      people: () => createPeople(ground.rules.people),
      policy: () => ground.rules.policy,
      clock: { now: () => new Date(Date.now() + aheadMs), sleep: async () => {} },
      newId,
      timeZone: 'UTC',
      waves: () => oneWave,
      onChange: () => {},
    });
    await requests.start(id).catch(() => {});
    return ground.store.requests.get(id);
  }

  test.each([
    ['a quarter of an hour later', () => 15 * minuteMs, /^the glass was broken too long ago$/],
    [
      'with the grant taken away meanwhile',
      () => {
        ground.rules.people = [person('otto', 'operator'), ...people.slice(1)];
        return 0;
      },
      /^now refused \(no_break_glass\)/,
    ],
    [
      'with a freeze begun meanwhile, which nobody was told of',
      () => {
        const freeze: Freeze = {
          ...scope,
          id: 'xmas',
          from: new Date(0),
          to: new Date('2100-01-01'),
          reason: 'Christmas',
        };
        ground.rules.policy = { ...policy, freezes: [freeze] };
        return 0;
      },
      /^now more would have to be lifted: Christmas \(policy xmas\)/,
    ],
  ])('%s: it is not begun, and the review stays open and says so', async (_what, change, because) => {
    const { id, revive } = await held();
    const talked = ground.conversations.length;
    const ended = await startLater(id, change());
    revive();
    expect(ended).toMatchObject({ state: 'changed', endNote: expect.stringMatching(because) });
    expect(ground.conversations.length).toBe(talked);
    const [shown] = await ground.does(lea, { say: `review ${ended?.glass?.reviewId}` });
    expect(shown?.title).toMatch(/^Open: BREAK-GLASS by Otto/);
    expect(shown?.facts?.find(({ label }) => label === 'Done')?.value).toMatch(/^not started: /);
  });

  test('within that time: it is begun, once, by whoever comes first', async () => {
    const { id, revive } = await held();
    revive();
    await Promise.all([startLater(id, 14 * minuteMs), startLater(id, 14 * minuteMs)]);
    await ground.chats.console.sees(
      ({ title, context = '' }) => /^BREAK-GLASS by Otto: host1/.test(title) && context.startsWith(id),
    );
    const kinds = (await ground.trail()).filter(({ requestId }) => requestId === id).map(({ kind }) => kind);
    expect(kinds.slice(0, 3)).toEqual(['glass_broken', 'asked', 'run_started']);
    expect(kinds.filter((kind) => kind === 'run_started')).toHaveLength(1);
  });
});
