import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { person, policy } from '../support/fixtures.ts';
import { account, createGround, pc, refusedWith, toNextHourMs } from './ground.ts';

const otto = account('console', 'otto');
const lea = account('console', 'lea');
const guest = account('slack', 'W1GUEST');

let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  ground = await createGround({
    people: [person('otto', 'operator'), person('lea', 'lead')],
    inventory: [pc('host1')],
  });
}, 60_000);
afterAll(() => ground?.close());

const hashOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 16);
const lastData = async () => (await ground.trail()).at(-1)?.data;

describe('a click that does not count leaves an entry of its own: account, hash of its button, why', () => {
  test('forged', async () => {
    const outcome = await ground.attack(() => ground.does(lea, { press: 'act_forged' }));
    expect(outcome).toEqual(refusedWith('button_gone', 'lea', 'click_refused'));
    expect(await lastData()).toMatchObject({
      account: 'console:local/lea',
      action: hashOf('act_forged'),
      why: 'no_such_button',
    });
  });

  test('replayed: the same delivery again is answered by nothing, and is in the trail', async () => {
    const { actions } = await ground.asks(otto, 'poweroff host1');
    const click = () => ground.does(lea, { press: actions.deny }, { key: 'one-click' });
    await click();
    const outcome = await ground.attack(click);
    expect(outcome).toMatchObject({ codes: [], kinds: ['click_refused'], talkedTo: [] });
    expect(await lastData()).toEqual({ account: 'console:local/lea', action: hashOf(actions.deny), why: 'repeated' });
    expect(JSON.stringify(await ground.trail())).not.toContain(actions.deny);
  });

  test('stale: of a request that is decided, and of one that expired', async () => {
    const denied = await ground.asks(otto, 'poweroff host1');
    await ground.does(lea, { press: denied.actions.deny });
    await ground.does(lea, { press: denied.actions.approve });
    expect(await lastData()).toMatchObject({ code: 'already_decided', why: 'too_late' });
    const expired = await ground.asks(otto, 'poweroff host1');
    ground.rules.aheadMs = policy.approvalExpiryMs;
    await ground.does(lea, { press: expired.actions.approve });
    expect(await lastData()).toMatchObject({ code: 'request_expired', why: 'too_late' });
    ground.rules.aheadMs = 0;
  });

  test("somebody else's: the requester's own, and a stranger's", async () => {
    const { actions } = await ground.asks(otto, 'poweroff host1');
    await ground.does(otto, { press: actions.approve });
    expect(await lastData()).toMatchObject({ code: 'own_request', why: 'not_permitted' });
    await ground.does(guest, { press: actions.approve });
    expect(await lastData()).toMatchObject({ code: 'unknown_person', account: 'slack:home/W1GUEST' });
  });

  test('500 replays are 300 entries and a count', async () => {
    // An hour of its own: in the test of what expired the clock was ahead too.
    ground.rules.aheadMs = toNextHourMs() + 5 * 60 * 60_000;
    const before = (await ground.trail()).length;
    const click = () => ground.does(lea, { press: 'act_forged' }, { key: 'click-of-500' });
    await Promise.all(Array.from({ length: 500 }, click));
    const kinds = (await ground.trail()).slice(before).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'refused_flood')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'click_refused').length).toBe(300);
    await ground.store.refusals.endHours(new Date(Date.now() + 7 * 60 * 60_000));
    const [flood] = (await ground.trail()).slice(-1);
    expect(flood).toMatchObject({ kind: 'refused_flood', actor: 'lea', data: { state: 'ended', entered: 300 } });
    // The first of them was no replay, but forged.
    expect(flood?.data.refused).toBe(500);
  });
});

test('after all of this no PC was talked to', async () => {
  expect(ground.conversations).toEqual([]);
  expect((await ground.trail()).filter(({ kind }) => kind === 'run_started')).toEqual([]);
});
