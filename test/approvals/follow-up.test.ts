import { afterEach, describe, expect, test } from '@jest/globals';
import type { FollowUpSettings } from '../../src/approvals/follow-up.ts';
import { nextLook, noticesOf } from '../../src/approvals/follow-up.ts';
import { conversationOf } from '../../src/config/settings/conversation-of.ts';
import { account, createGround, pc } from '../security/ground.ts';
import { person, policy, waitingRequest } from '../support/fixtures.ts';

const minutes = (count: number) => count * 60_000;
const desk = conversationOf('console:local/desk-leads');
const operator = account('console', 'operator');
const lead = account('console', 'lead');
const second = account('console', 'second');

let ground: Awaited<ReturnType<typeof createGround>> | null = null;
afterEach(() => ground?.close());

async function groundWith(followUp: FollowUpSettings, approvalExpiryMs: number) {
  ground = await createGround({
    people: [person('operator', 'operator'), person('lead', 'lead'), person('second', 'lead')],
    inventory: [pc('host1')],
    policy: { ...policy, approvalExpiryMs },
    followUp,
  });
  return ground;
}

describe('when something is done about a request that waits', () => {
  const createdAt = new Date('2026-11-23T14:00:00Z');
  const expiresAt = new Date('2026-11-23T14:30:00Z');
  const request = waitingRequest({ createdAt, expiresAt, approvalsNeeded: 1 });
  const settings = { remindBeforeMs: minutes(5), escalation: { afterMs: minutes(15), to: desk } };

  test('escalated, then reminded, then over', () => {
    expect(noticesOf(request, settings).map(({ kind, at }) => [kind, at.toISOString().slice(11, 16)])).toEqual([
      ['escalate', '14:15'],
      ['remind', '14:25'],
    ]);
    const looks = ['14:00', '14:15', '14:20', '14:25', '14:29'].map((time) =>
      nextLook(request, settings, new Date(`2026-11-23T${time}:00Z`))
        ?.toISOString()
        .slice(11, 16),
    );
    expect(looks).toEqual(['14:15', '14:25', '14:25', '14:30', '14:30']);
  });

  test('a reminder that would come before the question, and an escalation after the end, are left out', () => {
    const late = { remindBeforeMs: minutes(30), escalation: { afterMs: minutes(30), to: desk } };
    expect(noticesOf(request, late)).toEqual([]);
    expect(nextLook(request, late, createdAt)).toEqual(expiresAt);
  });

  test('what waits for its own requester has nobody to be reminded', () => {
    expect(noticesOf({ ...request, approvalsNeeded: 0 }, settings)).toEqual([]);
  });
});

test('those who may still approve are called once, below the card, before the request expires; then the requester is told', async () => {
  const { asks, chats } = await groundWith({ remindBeforeMs: 1_500, escalation: null }, 2_000);
  const { id } = await asks(operator, 'poweroff host1');
  const reminder = await chats.console.sees(({ title }) => title.startsWith('Still needs'));
  expect(reminder).toMatchObject({
    title: 'Still needs 1 approval: hard power-off of host1',
    calls: [
      { name: 'Lead', user: 'lead' },
      { name: 'Second', user: 'second' },
    ],
    context: `about ${id}`,
  });
  expect(reminder.text).toMatch(/^Asked by Operator\. Expires .*, in .* s\. Approve or deny/);
  await chats.console.sees(({ title }) => title.startsWith('Expired, nothing was done'));
  const [card, ...notices] = chats.console.posted;
  expect(notices.map(({ view, below }) => [view.title.split(':')[0], below === card?.message])).toEqual([
    ['Still needs 1 approval', true],
    ['Expired, nothing was done', true],
  ]);
  expect(notices[1]?.view.calls).toEqual([{ name: 'Operator', user: 'operator' }]);
});

test('a request that nobody decides on is shown in the channel for that as well; a click there counts, and both copies say so', async () => {
  const { asks, chats, does, store } = await groundWith(
    { remindBeforeMs: 0, escalation: { afterMs: 500, to: desk } },
    minutes(5),
  );
  const { id, actions } = await asks(operator, 'poweroff host1');
  const escalated = await chats.console.sees(({ title }) => title.startsWith('Nobody has decided'));
  expect(escalated.calls?.map(({ user }) => user)).toEqual(['lead', 'second']);
  const [, copy, notice] = chats.console.posted;
  expect(copy).toMatchObject({ channel: 'desk-leads', below: null, view: { outcome: 'waiting' } });
  expect(notice).toMatchObject({ channel: 'desk-leads', below: copy?.message });
  expect(copy?.view.actions?.map(({ label }) => label)).toContain('Approve');
  expect(await does(lead, { press: actions.deny })).toEqual([]);
  await chats.console.sees(({ title }) => title.startsWith('Denied by Lead, nothing was done'));
  const copies = (await store.cards.ofRequest(id)).filter(({ kind }) => kind === 'main');
  expect(copies.map(({ conversation }) => conversation.channel)).toEqual(['it-ops', 'desk-leads']);
  await expect(
    Promise.all([0, 1].map(() => chats.console.sees(({ title }) => title.startsWith('Denied by Lead: hard')))),
  ).resolves.toHaveLength(2);
});

test('an approval tells the requester by whom, in the thread of what they asked', async () => {
  const { asks, chats, does } = await groundWith({ remindBeforeMs: 0, escalation: null }, minutes(5));
  const { actions } = await asks(operator, 'poweroff host1');
  await does(second, { press: actions.approve });
  const told = await chats.console.sees(({ title }) => title.startsWith('Approved by'));
  expect(told).toMatchObject({
    title: 'Approved by Second, it starts now: hard power-off of host1',
    calls: [{ name: 'Operator', user: 'operator' }],
  });
  const [card, notice] = chats.console.posted;
  expect(notice?.below).toBe(card?.message);
});
