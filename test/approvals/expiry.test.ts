import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { account, createGround, pc, refusedWith } from '../security/ground.ts';
import { person, policy } from '../support/fixtures.ts';

const operator = account('console', 'operator');
const lead = account('console', 'lead');
let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  ground = await createGround({
    people: [person('operator', 'operator'), person('lead', 'lead')],
    inventory: [pc('host1')],
    policy: { ...policy, approvalExpiryMs: 300 },
  });
}, 60_000);
afterAll(() => ground?.close());

test.each([
  ['when its time is up', 0],
  ["when its time is up, though the database's clock is ahead of ours", -1_200],
])('a request that waits ends by itself %s, on its card and in the trail', async (_when, aheadMs) => {
  ground.rules.aheadMs = aheadMs;
  const { id, actions } = await ground.asks(operator, 'poweroff host1');
  const card = await ground.chats.console.sees(
    ({ title, context }) => title.startsWith('Expired') && (context ?? '').startsWith(id),
  );
  expect(card).toMatchObject({
    title: 'Expired without an approval: hard power-off of host1',
    outcome: 'refused',
    text: 'Nothing was done.',
  });
  expect(card.actions ?? []).toEqual([]);
  const story = (await ground.trail()).filter((entry) => entry.requestId === id).map(({ kind }) => kind);
  expect(story).toEqual(['asked', 'expired']);
  expect(await ground.attack(() => ground.does(lead, { press: actions.approve }))).toEqual(
    refusedWith('request_expired', 'lead'),
  );
});
