import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Principal } from '../../src/identity/people.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Account } from '../../src/ports/chat.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { policy as usual } from '../support/fixtures.ts';
import { account, createGround, pc, refusedWith } from './ground.ts';
import { expectInert } from './inert.ts';

const lisaAtConsole = account('console', 'lisa');
const lisaInSlack = account('slack', 'U1LISA');
const otto = account('console', 'otto');
const flora = account('console', 'flora');
const olaf = account('console', 'olaf');
const ada = account('console', 'ada');
const lea = account('teams', 'lea');
const lou = account('console', 'lou');

const principal = (id: string, roles: readonly string[], ...accounts: Account[]): Principal => ({
  id,
  name: id[0]?.toUpperCase() + id.slice(1),
  roles,
  accounts,
});
/** Lisa has every right; only that she broke the glass herself stands in her way. */
const people = [
  principal('lisa', ['operator', 'lead', 'on-call'], lisaAtConsole, lisaInSlack),
  principal('otto', ['operator', 'on-call'], otto),
  principal('flora', ['operator', 'on-call'], flora),
  principal('olaf', ['operator'], olaf),
  principal('ada', ['auditor', 'on-call'], ada),
  principal('lea', ['lead'], lea),
  principal('lou', ['lead'], lou),
];
const scope = { operations: ['all' as const], targets: ['all'] };
const policy: Policy = {
  ...usual,
  roles: [
    ...usual.roles,
    { id: 'on-call', allow: [], approve: [], breakGlass: [scope] },
    { id: 'auditor', approve: [], allow: [{ ...scope, operations: ['clear-audit-log'], channels: ['any'] }] },
  ],
  breakGlassPerHour: 1_000,
};
const inventory = [...Array(12).keys()].map((n) => pc(`host${n}`, { groups: n === 9 ? ['vip'] : ['lab'] }));
const why = '--reason "pump room is flooded"';

let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  ground = await createGround({ people, inventory, policy });
}, 60_000);
afterAll(() => ground?.close());
beforeEach(() => {
  Object.assign(ground.rules, { people, policy, aheadMs: 0 });
});

const entriesOf = async (requestId: string) =>
  (await ground.trail()).filter((entry) => entry.requestId === requestId && entry.kind !== 'attempted');
const ended = async (requestId: string) => {
  for (;;) {
    const request = await ground.store.requests.get(requestId);
    if (request?.state === 'done' || request?.state === 'changed') return request;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
/** A request that broke the glass and has ended, with its review. */
const breaks = async (who: Account, command: string) => {
  const { id } = await ground.asks(who, `${command} --break-glass ${why}`);
  const request = await ended(id);
  const review = await ground.store.reviews.get(request.glass?.reviewId ?? '');
  if (!review) throw new Error('there is no review');
  return { request, review };
};
const isOpen = async (reviewId: string) => (await ground.store.reviews.get(reviewId))?.signedOff === null;

describe('breaking glass', () => {
  test('is loud: done at once; the trail has what was lifted before the act; everybody who could have approved is called', async () => {
    const { request, review } = await breaks(otto, 'poweroff host0');
    expect(ground.conversations).toContain('host0');
    const entries = await entriesOf(request.id);
    expect(entries.map(({ kind }) => kind).slice(0, 3)).toEqual(['glass_broken', 'asked', 'run_started']);
    expect(entries[0]).toMatchObject({
      actor: 'otto',
      data: {
        review: review.id,
        reason: 'pump room is flooded',
        lifted: [{ guard: 'approvers', found: 'peer: 1 approval needed, 3 may approve' }],
        reviewers: ['lisa', 'lea', 'lou'],
      },
    });
    const notice = await ground.chats.console.sees((view) => (view.context ?? '') === `${review.id} · ${request.id}`);
    expect(notice).toMatchObject({ tone: 'bad', title: 'BREAK-GLASS by Otto: hard power-off of host0' });
    // Only who has an account where it stands is called there; the others are named.
    expect(notice.calls).toEqual([
      { name: 'Lisa', user: 'lisa' },
      { name: 'Lea', user: null },
      { name: 'Lou', user: 'lou' },
    ]);
    const card = await ground.chats.console.sees((view) => /^BREAK-GLASS by Otto: host0/.test(view.title));
    expect(card.facts).toContainEqual({ label: 'Review', value: `${review.id}, open` });
    expect(await ground.does(lou, { say: 'reviews' })).toMatchObject([
      { title: expect.stringMatching(/review.* open/) },
    ]);
  });

  test('without need is an ordinary request, and it is said so', async () => {
    const { id } = await ground.asks(otto, `poweron host1 --break-glass ${why}`);
    expect((await ended(id)).glass).toEqual({ lifted: [], reviewId: null });
    expect((await entriesOf(id)).map(({ kind }) => kind)).not.toContain('glass_broken');
    await ground.chats.console.sees((view) => /^req_\w+ .*--break-glass was not needed/.test(view.context ?? ''));
  });

  test.each([
    ['no reason', 'poweroff host0 --break-glass', 'break_glass_reason'],
    ['a short one', 'poweroff host0 --break-glass --reason fire', 'break_glass_reason'],
    ['blanks', 'poweroff host0 --break-glass --reason "               "', 'break_glass_reason'],
    [
      'what cannot be seen',
      `poweroff host0 --break-glass --reason "${'\u200b\u3164'.repeat(20)}"`,
      'break_glass_reason',
    ],
    ['a held PC', `poweroff host9 --break-glass ${why}`, 'held_by_policy'],
    ['Cyrillic letters in the option', `poweroff host0 --bre\u0430k-glass ${why}`, 'no_such_target'],
    ['a hyphen of its own in the option', `poweroff host0 --break\u2010glass ${why}`, 'bad_usage'],
    ['a value', `poweroff host0 --break-glass=yes ${why}`, 'bad_usage'],
    ['the option twice', `poweroff host0 --break-glass --break-glass ${why}`, 'bad_usage'],
    ['a PC that is none', `poweroff h\u043est0 --break-glass ${why}`, 'no_such_target'],
  ])('%s: nothing runs', async (_what, command, code) => {
    ground.rules.policy = {
      ...policy,
      holds: [{ ...scope, id: 'vip', targets: ['group:vip'], reason: 'VIP', until: null }],
    };
    const attacked = await ground.attack(() => ground.does(otto, { say: command }));
    expect(attacked.refusals).toEqual([{ actor: 'otto', code }]);
    expect(attacked).toMatchObject({ kinds: ['refused'], talkedTo: [], unfinished: [] });
  });

  test('by somebody without the grant, or who lost it since', async () => {
    const no = (who: string) => refusedWith('no_break_glass', who);
    const command = { say: `poweroff host0 --break-glass ${why}` };
    expect(await ground.attack(() => ground.does(olaf, command))).toEqual(no('olaf'));
    ground.rules.people = people.map((each) => (each.id === 'otto' ? { ...each, roles: ['operator'] } : each));
    expect(await ground.attack(() => ground.does(otto, command))).toEqual(no('otto'));
  });

  test('for what is for auditors', async () => {
    const command = { say: `audit clear host0 --break-glass ${why}` };
    expect(await ground.attack(() => ground.does(ada, command))).toEqual(refusedWith('no_break_glass', 'ada'));
  });

  test('in a schedule', async () => {
    const say = `schedule add nightly "0 22 * * *" poweroff host0 --break-glass ${why}`;
    expect(await ground.attack(() => ground.does(otto, { say }))).toEqual(refusedWith('not_schedulable', 'otto'));
  });

  test('a flood of it: no more than the bound, of many at once and on both platforms; the ordinary way stays open', async () => {
    ground.rules.policy = { ...policy, breakGlassPerHour: 3 };
    ground.rules.people = [
      ...people.filter(({ id }) => id !== 'flora'),
      principal('flora', ['operator', 'on-call'], flora, account('slack', 'U1FLORA')),
    ];
    const tries = [...Array(8).keys()].map((n) => ({ say: `reset host${n} --break-glass ${why}` }));
    const before = (await ground.trail()).length;
    const answers = await Promise.all(
      tries.map((command, n) => ground.does(n % 2 === 0 ? flora : account('slack', 'U1FLORA'), command)),
    );
    expect(answers.flat().map((view) => view.context)).toEqual(Array(5).fill('too_much_break_glass'));
    const kinds = (await ground.trail())
      .slice(before)
      .filter(({ actor }) => actor === 'flora')
      .map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'glass_broken')).toHaveLength(3);
    const waiting = await ground.asks(flora, 'reset host8');
    expect(waiting.state).toBe('waiting');
  });

  test('again by the button that retries: it waits as usual, and needs a reason of its own', async () => {
    ground.failures.set('host10', ['it is broken']);
    const { request } = await breaks(otto, 'reset host10');
    ground.failures.clear();
    const retry = await ground.attack(() => ground.does(otto, { press: request.actions.retry }));
    expect(retry.talkedTo).toEqual([]);
    const [latest] = await ground.store.requests.latest(1);
    expect(latest).toMatchObject({ state: 'waiting', retryOf: request.id, reason: null, glass: null });
    const again = await breaks(otto, `reset failed:${request.id}`);
    expect(again.request.glass?.lifted).toHaveLength(1);
  });

  test('a retry that is typed, with the id of the request or of its run, is what the button is: decided afresh, and once', async () => {
    ground.failures.set('host11', ['it is broken']);
    const { request } = await breaks(otto, 'reset host11');
    const { runId } = await ended(request.id);
    ground.failures.clear();
    const typed = { say: `retry ${runId} --reason "mended"` };
    expect((await ground.attack(() => ground.does(otto, typed))).talkedTo).toEqual([]);
    const [latest] = await ground.store.requests.latest(1);
    expect(latest).toMatchObject({
      ...{ state: 'waiting', retryOf: request.id, targetWords: [`failed:${request.id}`], sampleNames: ['host11'] },
      ...{ commandText: `retry of ${request.id}`, operation: 'reset', reason: 'mended', glass: null },
    });
    for (const way of [{ say: `retry ${request.id}` }, { press: request.actions.retry }])
      expect(await ground.attack(() => ground.does(otto, way))).toEqual(refusedWith('already_retried', 'otto'));
  });

  test('a reason that calls everybody calls nobody, and is text everywhere', async () => {
    const calls = '<!channel> @everyone <at>Everyone</at> <@U0BOSS> [x](https://evil.example)';
    const { id } = await ground.asks(otto, `poweroff host2 --break-glass --reason "${calls}"`);
    const { glass } = await ended(id);
    const notice = await ground.chats.console.sees((view) => view.context === `${glass?.reviewId} · ${id}`);
    expect(notice.facts).toContainEqual({ label: 'Reason', value: calls });
    const { calls: called, ...text } = notice;
    expect(called?.map(({ name }) => name)).toEqual(['Lisa', 'Lea', 'Lou']);
    expectInert(text);
    expectInert(await ground.chats.console.sees((view) => (view.context ?? '').startsWith(id)));
    for (const view of await ground.does(lou, { say: `review ${glass?.reviewId}` })) expectInert(view);
    for (const view of await ground.does(lou, { say: 'reviews' })) expectInert(view);
  });
});

describe('signing off', () => {
  const note = '--note "looked at it, all well"';

  test('of what one broke oneself: by command, by button, and from the other platform', async () => {
    const { review } = await breaks(lisaAtConsole, 'poweroff host0');
    for (const who of [lisaAtConsole, lisaInSlack])
      for (const what of [{ say: `review ${review.id} ${note}` }, { press: review.actionId }])
        expect(await ground.attack(() => ground.does(who, what))).toEqual(refusedWith('own_review', 'lisa'));
    expect(await isOpen(review.id)).toBe(true);
  });

  test('from an account linked after it was done', async () => {
    const { review } = await breaks(lisaAtConsole, 'poweroff host0');
    const second = account('teams', 'second-of-lisa');
    const [offer] = await ground.does(second, { say: 'link' });
    const code = /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(offer?.title ?? '')?.[0];
    await ground.does(lisaAtConsole, { say: `link ${code}` });
    expect(await ground.attack(() => ground.does(second, { press: review.actionId }))).toEqual(
      refusedWith('own_review', 'lisa'),
    );
    await ground.does(lisaAtConsole, { say: 'unlink teams' });
  });

  test('by a reviewer who lost the role, who left, or who never had it', async () => {
    const { review } = await breaks(otto, 'poweroff host0');
    const press = { press: review.actionId };
    expect(await ground.attack(() => ground.does(olaf, press))).toEqual(refusedWith('not_a_reviewer', 'olaf'));
    ground.rules.people = people.map((each) => (each.id === 'lou' ? { ...each, roles: ['operator'] } : each));
    expect(await ground.attack(() => ground.does(lou, press))).toEqual(refusedWith('not_a_reviewer', 'lou'));
    ground.rules.people = people.filter(({ id }) => id !== 'lou');
    expect(await ground.attack(() => ground.does(lou, press))).toEqual(
      refusedWith('unknown_person', 'console:local/lou'),
    );
    expect(await isOpen(review.id)).toBe(true);
  });

  test('by a forged button, a review that is none, without a note, and by a click that is delivered again', async () => {
    const { review } = await breaks(otto, 'poweroff host0');
    for (const press of [newId('act'), review.id, `${review.actionId}x`, '', "' or 1=1 --"])
      expect(await ground.attack(() => ground.does(lou, { press }))).toEqual(refusedWith('button_gone', 'lou'));
    for (const id of ['rev_none', review.requestId, 'all'])
      expect(await ground.attack(() => ground.does(lou, { say: `review ${id} ${note}` }))).toEqual(
        refusedWith('no_such_review', 'lou'),
      );
    expect(await ground.attack(() => ground.does(lou, { say: `review ${review.id} --note "\u200b "` }))).toEqual(
      refusedWith('bad_usage', 'lou'),
    );
    expect(await isOpen(review.id)).toBe(true);
    const key = newId('key');
    expect(await ground.does(lou, { press: review.actionId }, { key })).toEqual([]);
    expect((await ground.attack(() => ground.does(lou, { press: review.actionId }, { key }))).codes).toEqual([]);
    expect((await entriesOf(review.requestId)).filter(({ kind }) => kind === 'review_signed_off')).toHaveLength(1);
  });

  test('by two at once: one counts, the other is told by whom and when; card and notice say it', async () => {
    const { request, review } = await breaks(otto, 'poweroff host3');
    const answers = await Promise.all([
      ground.does(lea, { say: `review ${review.id} ${note}` }),
      ground.does(lou, { press: review.actionId }),
    ]);
    const signed = (await ground.store.reviews.get(review.id))?.signedOff;
    const late = answers.flat().find((view) => view.context === 'already_signed_off');
    const name = signed?.by === 'lea' ? 'Lea' : 'Lou';
    expect(JSON.stringify(late)).toMatch(new RegExp(`by ${name} at \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC`));
    const entries = (await entriesOf(request.id)).filter(({ kind }) => kind === 'review_signed_off');
    expect(entries.map(({ actor }) => actor)).toEqual([signed?.by]);
    await ground.chats.console.sees((view) => view.title === `Signed off by ${name}`);
    await ground.chats.console.sees(
      ({ title, facts = [] }) =>
        /^BREAK-GLASS by Otto: host3/.test(title) &&
        facts.some(({ label, value }) => label === 'Review' && value.includes(`signed off by ${name}`)),
    );
    const [shown] = await ground.does(lou, { say: `review ${review.id}` });
    expect(shown?.title).toBe('Signed off: BREAK-GLASS by Otto: hard power-off of host3');
    expect(shown?.facts?.find(({ label }) => label === 'Done')?.value).toMatch(/^\d+ off/);
  });

  test('a note that calls everybody is text', async () => {
    const { review } = await breaks(otto, 'poweroff host4');
    const answers = await ground.does(lou, { say: `review ${review.id} --note "<!channel> @everyone"` });
    const [shown] = await ground.does(lou, { say: `review ${review.id}` });
    for (const view of [...answers, ...(shown ? [shown] : [])]) expectInert(view);
  });
});
