import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Policy } from '../../src/policy/policy.ts';
import { account, createGround, pc, refusedWith } from '../security/ground.ts';
import { person, policy } from '../support/fixtures.ts';

const [operator, lea, lou] = ['operator', 'lea', 'lou'].map((user) => account('console', user));
if (!operator || !lea || !lou) throw new Error('somebody is missing');
const people = [person('operator', 'operator'), person('lea', 'lead', 'operator'), person('lou', 'lead')];
const inventory = [...Array(8).keys()].map((n) => pc(`host${n}`, { groups: n === 7 ? ['lab', 'vip'] : ['lab'] }));
const hold = { id: 'vip-hold', operations: ['all' as const], targets: ['group:vip'], reason: 'VIP', until: null };

let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  ground = await createGround({ people, inventory });
}, 60_000);
afterAll(() => ground?.close());
beforeEach(() => {
  Object.assign(ground.rules, { people, policy, aheadMs: 0 });
});

const under = (rules: Partial<Policy>) => {
  ground.rules.policy = { ...policy, ...rules };
};
const cardOf = (id: string, title: RegExp) =>
  ground.chats.console.sees((view) => (view.context ?? '').startsWith(id) && title.test(view.title));
const storyOf = async (id: string) =>
  (await ground.trail()).filter((entry) => entry.requestId === id).map(({ kind }) => kind);
const states = {
  confirm: { ...policy.risks, reset: 'confirm' as const },
  two: { ...policy.risks, reset: 'two-peers' as const },
};

describe('a request that asks its own requester once more', () => {
  test('waits, shows the plan, and starts by the button of its card', async () => {
    under({ risks: states.confirm });
    const { id, actions } = await ground.asks(operator, 'reset host0');
    const card = await cardOf(id, /confirm$/);
    expect(card).toMatchObject({ title: 'Plan: reset of host0. Waits for Operator to confirm', outcome: 'waiting' });
    expect(card.actions?.map(({ id: button, label }) => [button, label])).toEqual([
      [actions.confirm, 'Confirm the reset of host0'],
      [actions.withdraw, 'Withdraw'],
    ]);
    expect(await ground.does(operator, { press: actions.confirm })).toEqual([]);
    await cardOf(id, /^host0( is reset| did not)/);
    expect((await storyOf(id)).slice(0, 3)).toEqual(['asked', 'confirmed', 'run_started']);
    expect(await ground.attack(() => ground.does(operator, { press: actions.confirm }))).toEqual(
      refusedWith('already_decided', 'operator'),
    );
  });

  test('and by the command', async () => {
    under({ risks: states.confirm });
    const { id } = await ground.asks(operator, 'reset host1');
    expect(await ground.does(operator, { say: `confirm ${id}` })).toMatchObject([
      { title: 'Confirmed: reset of host1' },
    ]);
    await cardOf(id, /^host1( is reset| did not)/);
  });

  test('nobody else confirms, approves or denies it', async () => {
    under({ risks: states.confirm });
    const { id, actions } = await ground.asks(operator, 'reset host0');
    for (const press of [actions.confirm, actions.approve, actions.deny])
      expect(await ground.attack(() => ground.does(lea, { press }))).toEqual(refusedWith('waits_for_requester', 'lea'));
    expect((await ground.store.requests.get(id))?.state).toBe('waiting');
    expect(await ground.does(operator, { press: actions.withdraw })).toEqual([]);
  });

  test('what needs an approval is not confirmed, by its requester neither', async () => {
    const { actions } = await ground.asks(operator, 'reset host0');
    expect(await ground.attack(() => ground.does(operator, { press: actions.confirm }))).toEqual(
      refusedWith('nothing_to_confirm', 'operator'),
    );
  });

  test('it expires by a time of its own', async () => {
    under({ risks: states.confirm, confirmExpiryMs: 300 });
    const { id, actions } = await ground.asks(operator, 'reset host0');
    await cardOf(id, /^Expired without a confirmation/);
    expect(await ground.attack(() => ground.does(operator, { press: actions.confirm }))).toEqual(
      refusedWith('request_expired', 'operator'),
    );
  });

  test('what it was asked under may have changed until the click', async () => {
    under({ risks: states.confirm });
    const { id, actions } = await ground.asks(operator, 'reset host0');
    under({ risks: { ...policy.risks, reset: 'peer' } });
    const outcome = await ground.attack(() => ground.does(operator, { press: actions.confirm }));
    expect(outcome).toMatchObject({ kinds: ['confirmed', 'plan_changed'], talkedTo: [] });
    expect((await ground.store.requests.get(id))?.endNote).toBe(
      'now it needs more: operation reset needs a second person',
    );
  });
});

describe('a request that needs two others', () => {
  test('two different others, never the requester; the first yes only counts', async () => {
    under({ risks: states.two });
    const { id, actions } = await ground.asks(operator, 'reset host2');
    expect((await cardOf(id, /^Plan/)).title).toBe('Plan: reset of host2. Needs 2 approvals');
    expect((await ground.attack(() => ground.does(lea, { press: actions.approve }))).kinds).toEqual(['approved']);
    expect(await ground.attack(() => ground.does(lea, { press: actions.approve }))).toEqual(
      refusedWith('already_voted', 'lea'),
    );
    expect(await ground.attack(() => ground.does(operator, { press: actions.approve }))).toEqual(
      refusedWith('own_request', 'operator'),
    );
    await ground.chats.console.sees(
      ({ context = '', facts = [] }) =>
        context.startsWith(id) &&
        facts.some(({ label, value }) => label === 'Approved' && value.startsWith('1 of 2 (Lea, ')),
    );
    expect(await ground.does(lou, { press: actions.approve })).toEqual([]);
    await cardOf(id, /^host2( is reset| did not)/);
  });

  test('whoever agreed first and lost the right meanwhile does not count at the start', async () => {
    under({ risks: states.two });
    const { id, actions } = await ground.asks(operator, 'reset host3');
    await ground.does(lea, { press: actions.approve });
    ground.rules.people = people.map((each) => (each.id === 'lea' ? { ...each, roles: ['operator'] } : each));
    const third = person('third', 'lead');
    ground.rules.people = [...ground.rules.people, third];
    const outcome = await ground.attack(() => ground.does(lou, { press: actions.approve }));
    expect(outcome).toMatchObject({ kinds: ['approved', 'plan_changed'], talkedTo: [] });
    expect((await ground.store.requests.get(id))?.endNote).toBe('no longer an approver: Lea');
    expect((await cardOf(id, /^Not started/)).text).toContain('Since it was agreed to: no longer an approver: Lea.');
  });
});

describe('a plan that leaves PCs out', () => {
  test('says how many of how many and why, lists all in a file, and runs without them', async () => {
    under({ holds: [hold] });
    const { id, actions } = await ground.asks(operator, 'reset group:lab');
    const card = await cardOf(id, /^Plan/);
    expect(card.title).toBe('Plan: reset of 7 of 8 PCs in madrid. Needs 1 approval');
    expect(card.text).toMatch(/^Left out: 1 VIP \(policy vip-hold\)\. About \d+ s\.$/);
    expect(card.attachment).toMatchObject({ name: `${id}-plan.csv`, mediaType: 'text/csv' });
    expect(card.attachment?.content.split('\r\n')).toEqual([
      'name,site,groups,last_seen,planned,code,left_out_because',
      ...[...Array(7).keys()].map((n) => expect.stringMatching(`^host${n},madrid,lab,\\w+,yes,,$`)),
      expect.stringMatching(/^host7,madrid,lab;vip,\w+,no,held_by_policy,VIP \(policy vip-hold\)$/),
      '',
    ]);
    const talked = ground.conversations.length;
    await ground.does(lea, { press: actions.approve });
    const end = await cardOf(id, /^Done/);
    expect(end.facts).toContainEqual({ label: 'Left out', value: '1 VIP (policy vip-hold)' });
    expect(ground.conversations.slice(talked)).not.toContain('host7');
  });

  test('a hold that empties the plan refuses it', async () => {
    under({ holds: [hold] });
    expect(await ground.attack(() => ground.does(operator, { say: 'reset host7' }))).toEqual(
      refusedWith('held_by_policy', 'operator'),
    );
  });

  test('a hold that ends between ask and start makes it another plan', async () => {
    under({ holds: [{ ...hold, until: new Date(Date.now() + 60_000) }] });
    const { id, actions } = await ground.asks(operator, 'reset group:lab');
    ground.rules.aheadMs = 120_000;
    await ground.does(lea, { press: actions.approve });
    expect(await ground.store.requests.get(id)).toMatchObject({ state: 'changed', endNote: '1 PC more: host7' });
  });
});

describe('what changes between ask and start', () => {
  test('policy version changes between ask and start', async () => {
    const { id, actions } = await ground.asks(operator, 'reset host0');
    under({ version: 'v2' });
    await ground.does(lea, { press: actions.approve });
    expect(await ground.store.requests.get(id)).toMatchObject({
      state: 'changed',
      endNote: 'the policy was changed',
    });
  });

  test('a freeze that begins meanwhile stops what was approved', async () => {
    const from = new Date(Date.now() + 60_000);
    const freeze = { id: 'audit', operations: ['all' as const], targets: ['all'], reason: 'Audit' };
    under({ freezes: [{ ...freeze, from, to: new Date(from.getTime() + 3_600_000) }] });
    const { id, actions } = await ground.asks(operator, 'reset host0');
    ground.rules.aheadMs = 120_000;
    await ground.does(lea, { press: actions.approve });
    expect((await ground.store.requests.get(id))?.endNote).toMatch(
      /^now refused \(frozen\): Audit \(policy audit\), until /,
    );
  });

  test('a window that closes meanwhile and asks for more', async () => {
    const minute = new Date().getUTCHours() * 60 + new Date().getUTCMinutes();
    const scope = { id: 'open', operations: ['reset' as const], targets: ['all'], timeZone: 'UTC' };
    const fromMinutes = (minute + 1_440 - 5) % 1_440;
    const window = {
      ...scope,
      days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const,
      outside: 'two-peers' as const,
    };
    under({ windows: [{ ...window, fromMinutes, toMinutes: (minute + 5) % 1_440 }] });
    const { id, actions } = await ground.asks(operator, 'reset host0');
    ground.rules.aheadMs = 10 * 60_000;
    await ground.does(lea, { press: actions.approve });
    expect((await ground.store.requests.get(id))?.endNote).toBe(
      'now it needs more: window open needs two other people while it is closed',
    );
  });
});
