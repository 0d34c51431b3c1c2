import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Principal } from '../../src/identity/people.ts';
import type { Account } from '../../src/ports/chat.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { policy } from '../support/fixtures.ts';
import { account, createGround, pc, refusedWith } from './ground.ts';

const lisaAtConsole = account('console', 'lisa');
const lisaInSlack = account('slack', 'U1LISA');
const otto = account('console', 'otto');
const olga = account('slack', 'U1OLGA');
const lea = account('teams', 'lea');
const lou = account('console', 'lou');

const principal = (id: string, roles: readonly string[], ...accounts: Account[]): Principal => ({
  id,
  name: id[0]?.toUpperCase() + id.slice(1),
  roles,
  accounts,
});
/** Lisa has every right; only that she asked herself stands in her way. */
const people = [
  principal('lisa', ['operator', 'lead'], lisaAtConsole, lisaInSlack),
  principal('otto', ['operator'], otto),
  principal('olga', ['operator'], olga),
  principal('lea', ['lead'], lea),
  principal('lou', ['lead'], lou),
];
const inventory = [...Array(6).keys()].map((n) => pc(`host${n}`, { groups: ['lab'] }));

let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  ground = await createGround({ people, inventory });
}, 60_000);
afterAll(() => ground?.close());
beforeEach(() => {
  Object.assign(ground.rules, { people, policy, aheadMs: 0 });
});

const runsOf = async (requestId: string) =>
  (await ground.trail()).filter((entry) => entry.kind === 'run_started' && entry.requestId === requestId).length;
const ended = (title: RegExp) => (view: { readonly title: string }) => title.test(view.title);

describe('approving what one asked for oneself', () => {
  test('a schedule is no way around it: who adds one is told who will be asked each time', async () => {
    const [added] = await ground.does(lisaAtConsole, { say: 'schedule add night "0 3 * * *" poweroff host0' });
    expect(added).toMatchObject({
      ...{ tone: 'warning', title: 'Schedule "night" is set' },
      text: expect.stringMatching(/each time it is due: nothing begins before one of Lea and Lou approves it\.$/),
    });
    expect(await ground.does(lisaAtConsole, { say: 'schedule remove night' })).toMatchObject([{ tone: 'good' }]);
  });

  test('by button and by command, on the same platform', async () => {
    const { id, actions } = await ground.asks(lisaAtConsole, 'poweroff host0');
    const own = refusedWith('own_request', 'lisa');
    expect(await ground.attack(() => ground.does(lisaAtConsole, { press: actions.approve }))).toEqual(own);
    expect(await ground.attack(() => ground.does(lisaAtConsole, { say: `approve ${id}` }))).toEqual(own);
    expect((await ground.store.requests.get(id))?.state).toBe('waiting');
  });

  test('from the same person on another platform', async () => {
    const { actions } = await ground.asks(lisaAtConsole, 'poweroff host0');
    expect(await ground.attack(() => ground.does(lisaInSlack, { press: actions.approve }))).toEqual(
      refusedWith('own_request', 'lisa'),
    );
  });

  test('from an account linked after the request was made', async () => {
    const { actions } = await ground.asks(lisaAtConsole, 'poweroff host0');
    const second = account('teams', 'second-of-lisa');
    const [offer] = await ground.does(second, { say: 'link' });
    const code = /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(offer?.title ?? '')?.[0];
    const linking = await ground.attack(() => ground.does(lisaAtConsole, { say: `link ${code}` }));
    expect(linking.kinds).toEqual(['account_linked']);
    expect(await ground.attack(() => ground.does(second, { press: actions.approve }))).toEqual(
      refusedWith('own_request', 'lisa'),
    );
    await ground.does(lisaAtConsole, { say: 'unlink teams' });
    expect(await ground.attack(() => ground.does(second, { press: actions.approve }))).toEqual(
      refusedWith('unknown_person', 'teams:home/second-of-lisa'),
    );
  });
});

describe('people who changed between post and click', () => {
  test('an approver who lost the role', async () => {
    const { actions } = await ground.asks(otto, 'poweroff host0');
    ground.rules.people = people.map((each) => (each.id === 'lea' ? { ...each, roles: ['operator'] } : each));
    expect(await ground.attack(() => ground.does(lea, { press: actions.approve }))).toEqual(
      refusedWith('not_an_approver', 'lea'),
    );
  });

  test('an approver who left', async () => {
    const { actions } = await ground.asks(otto, 'poweroff host0');
    ground.rules.people = people.filter(({ id }) => id !== 'lea');
    expect(await ground.attack(() => ground.does(lea, { press: actions.approve }))).toEqual(
      refusedWith('unknown_person', 'teams:home/lea'),
    );
  });

  test.each([
    ['left', people.filter(({ id }) => id !== 'otto')],
    ['lost the role', people.map((each) => (each.id === 'otto' ? { ...each, roles: ['lead'] } : each))],
  ])('a requester who %s: the approval starts nothing', async (_how, since) => {
    const { id, actions } = await ground.asks(otto, 'poweroff host0');
    ground.rules.people = since;
    const outcome = await ground.attack(() => ground.does(lea, { press: actions.approve }));
    expect(outcome).toMatchObject({ kinds: ['approved', 'plan_changed'], talkedTo: [], unfinished: [] });
    expect(await ground.store.requests.get(id)).toMatchObject({ state: 'changed', runId: null });
  });
});

describe('clicks that nobody made, or made before', () => {
  test('a click delivered again counts once, also when both come at the same moment', async () => {
    const { id, actions } = await ground.asks(otto, 'poweroff host1');
    const click = () => ground.does(lea, { press: actions.approve }, { key: 'click-of-lea' });
    const both = await Promise.all([click(), click()]);
    await ground.chats.console.sees(ended(/^host1 is off/));
    expect([...both.flat(), ...(await click())]).toEqual([]);
    expect((await ground.trail()).filter((entry) => entry.kind === 'approved' && entry.requestId === id)).toHaveLength(
      1,
    );
    expect({ runs: await runsOf(id), talked: ground.conversations.filter((name) => name === 'host1').length }).toEqual({
      runs: 1,
      talked: 1,
    });
    const late = await ground.attack(() => ground.does(lou, { press: actions.approve }));
    expect(late).toEqual(refusedWith('already_decided', 'lou'));
  });

  test('two approvers at once: one counts, the other is told who was faster', async () => {
    const { id, actions } = await ground.asks(otto, 'poweroff host2');
    const answers = await Promise.all([lea, lou].map((who) => ground.does(who, { press: actions.approve })));
    await ground.chats.console.sees(ended(/^host2 is off/));
    expect(answers.flat().map(({ context }) => context)).toEqual(['already_decided']);
    expect(JSON.stringify(answers)).toMatch(/Approved by (Lea|Lou) at/);
    expect(await runsOf(id)).toBe(1);
  });

  test.each([
    ['made up', () => newId('act')],
    ["a request's id", (id: string) => id],
    ['with SQL in it', () => "act_' or '1'='1"],
    ['10,000 characters long', () => 'a'.repeat(10_000)],
    ['with a NUL in it', (_id: string, act: string) => `${act}\u0000`],
    ['in other letters', (_id: string, act: string) => act.toUpperCase()],
    ['empty', () => ''],
  ])('a button id that is %s', async (_how, forge) => {
    const { id, actions } = await ground.asks(otto, 'poweroff host0');
    const forged = forge(id, actions.approve);
    expect(await ground.attack(() => ground.does(lea, { press: forged }))).toEqual(refusedWith('button_gone', 'lea'));
    expect((await ground.store.requests.get(id))?.state).toBe('waiting');
  });

  test('Approve and Deny pressed by somebody without the role', async () => {
    const { actions } = await ground.asks(otto, 'poweroff host0');
    for (const press of [actions.approve, actions.deny])
      expect(await ground.attack(() => ground.does(olga, { press }))).toEqual(refusedWith('not_an_approver', 'olga'));
  });

  test("Withdraw pressed by somebody else, an approver's too", async () => {
    const { id, actions } = await ground.asks(otto, 'poweroff host0');
    for (const [who, name] of [
      [olga, 'olga'],
      [lea, 'lea'],
    ] as const)
      expect(await ground.attack(() => ground.does(who, { press: actions.withdraw }))).toEqual(
        refusedWith('not_yours', name),
      );
    expect((await ground.store.requests.get(id))?.state).toBe('waiting');
  });

  test("Retry of a request that waits, from the id its card doesn't show yet", async () => {
    const { id, actions } = await ground.asks(otto, 'poweroff host0');
    for (const way of [{ press: actions.retry }, { say: `retry ${id}` }])
      expect(await ground.attack(() => ground.does(otto, way))).toEqual(refusedWith('nothing_failed', 'otto'));
    expect(await ground.attack(() => ground.does(otto, { say: 'retry req_nobody' }))).toEqual(
      refusedWith('no_such_request', 'otto'),
    );
  });

  test('"Run it" pressed by another person, and twice by the right one', async () => {
    const [view] = await ground.does(otto, { say: 'poweroff hots3' });
    const offer = view?.actions?.[0]?.id ?? '';
    expect(view?.title).toContain('Did you mean /oob poweroff host3?');
    expect(await ground.attack(() => ground.does(olga, { press: offer }))).toEqual(refusedWith('button_gone', 'olga'));
    expect((await ground.attack(() => ground.does(otto, { press: offer }))).kinds).toEqual(['asked']);
    expect(await ground.attack(() => ground.does(otto, { press: offer }))).toEqual(refusedWith('button_gone', 'otto'));
  });

  test("a button of another request decides on that request, never on the one whose card it's pressed in", async () => {
    const first = await ground.asks(otto, 'poweroff host3');
    const second = await ground.asks(lisaAtConsole, 'poweroff host4');
    // Lisa may decide on Otto's; planted into the card of hers, its button still decides on his.
    expect((await ground.attack(() => ground.does(lisaAtConsole, { press: first.actions.deny }))).kinds).toEqual([
      'denied',
    ]);
    expect((await ground.store.requests.get(second.id))?.state).toBe('waiting');
    expect((await ground.store.requests.get(first.id))?.state).toBe('denied');
    expect(await ground.attack(() => ground.does(lisaAtConsole, { press: second.actions.approve }))).toEqual(
      refusedWith('own_request', 'lisa'),
    );
  });
});

describe('what was approved is no longer what would be done', () => {
  const approved = async (actions: { readonly approve: string }) => {
    const outcome = await ground.attack(() => ground.does(lea, { press: actions.approve }));
    expect(outcome).toEqual({
      codes: [],
      refusals: [],
      kinds: ['approved', 'plan_changed'],
      talkedTo: [],
      unfinished: [],
    });
  };
  const isChanged = async (id: string) =>
    expect(await ground.store.requests.get(id)).toMatchObject({ state: 'changed', runId: null });
  const put = (row: ReturnType<typeof pc>) => ground.store.inventory.importDevices([row], () => newId('dev'));

  test('a PC came into the group', async () => {
    const { id, actions } = await ground.asks(otto, 'poweroff group:lab');
    await put(pc('smuggled', { groups: ['lab'] }));
    await approved(actions);
    await isChanged(id);
    const isIt = (context = '') => context.startsWith(`${id} `) && context.includes('plan_changed');
    const card = await ground.chats.console.sees((view) => isIt(view.context));
    expect(card).toMatchObject({ outcome: 'refused', title: expect.stringContaining('Not started') });
    expect(card.text).toContain('1 PC more: smuggled');
    expect(card.actions?.map(({ label }) => label)).toEqual(['Ask again']);
    // Whoever asks again asks for themselves: planned and decided afresh, once.
    const again = await ground.attack(() => ground.does(olga, { press: actions.retry }));
    expect(again).toMatchObject({ codes: [], kinds: ['asked'], talkedTo: [] });
    const [fresh] = await ground.store.requests.latest(1);
    expect(fresh).toMatchObject({ state: 'waiting', requester: 'olga', retryOf: id, deviceCount: 7, votes: [] });
    expect(await ground.attack(() => ground.does(otto, { press: actions.retry }))).toEqual(
      refusedWith('already_retried', 'otto'),
    );
  });

  test('a PC went out of the group', async () => {
    const { id, actions } = await ground.asks(otto, 'poweroff group:lab');
    await put(pc('smuggled', { groups: [] }));
    await approved(actions);
    await isChanged(id);
  });

  test('one PC in place of another, as many as before', async () => {
    const { id, actions } = await ground.asks(otto, 'poweroff group:lab');
    await put(pc('host5', { groups: [] }));
    await put(pc('smuggled', { groups: ['lab'] }));
    await approved(actions);
    await isChanged(id);
    await put(pc('host5', { groups: ['lab'] }));
    await put(pc('smuggled'));
  });

  test.each([
    ['another address', { host: '127.22.0.43' }],
    ['another port', { port: 16995 }],
    ['another certificate', { tls: 'pinned', certificateFingerprint: 'ab'.repeat(32) }],
  ] as const)('a PC is reached by %s than the one that was approved', async (_what, way) => {
    const { id, actions } = await ground.asks(otto, 'poweroff host0');
    await put(pc('host0', { groups: ['lab'], ...way }));
    await approved(actions);
    expect(await ground.store.requests.get(id)).toMatchObject({
      state: 'changed',
      endNote: '1 PC reached in another way (address, port, certificate or credential): host0',
    });
    await put(pc('host0', { groups: ['lab'] }));
  });

  test('another version of the policy', async () => {
    const { id, actions } = await ground.asks(otto, 'poweroff host0');
    ground.rules.policy = { ...policy, version: 'v2' };
    await approved(actions);
    await isChanged(id);
  });
});

describe('requests whose time is up', () => {
  test.each([
    ['by the clock', 0],
    ['a day later', 24 * 60 * 60_000],
  ])('Approve and Deny, %s', async (_when, laterMs) => {
    const { id, actions } = await ground.asks(otto, 'poweroff host0');
    ground.rules.aheadMs = policy.approvalExpiryMs + laterMs;
    for (const press of [actions.approve, actions.deny])
      expect(await ground.attack(() => ground.does(lea, { press }))).toEqual(refusedWith('request_expired', 'lea'));
    expect(await runsOf(id)).toBe(0);
  });
});

test('after all of this only the two PCs were talked to whose requests were approved by somebody else', async () => {
  expect([...ground.conversations].sort()).toEqual(['host1', 'host2']);
  expect((await ground.trail()).filter(({ kind }) => kind === 'run_started')).toHaveLength(2);
  expect(ground.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
});
