import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderText } from '../../src/messages/text.ts';
import { person } from '../support/fixtures.ts';
import { account, createGround, pc, refusedWith, toNextHourMs } from './ground.ts';
import { expectInert } from './inert.ts';

const otto = account('console', 'otto');
const lea = account('console', 'lea');
const nasty = [
  '<!channel> <@U1BOSS> <https://evil.example|click> @everyone <at>Boss</at>',
  '*bold* _i_ [click](https://evil.example) ![x](https://evil.example/x.png) {{DATE(2026-01-01,SHORT)}}',
  '</b><script>alert(1)</script> &lt;!here&gt; `code`',
  '\u202edetsurt\u202c \u2066x\u2069 \u001b[31mred\u001b[0m \u0007 \u0000 a\r\nb\u2028c',
  '=HYPERLINK("https://evil.example")',
] as const;
const formulas = ['=cmd|calc!A0', '+1', '-1', '@SUM(1)'];

let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  ground = await createGround({
    people: [person('otto', 'operator'), { ...person('lea', 'lead'), name: nasty.join(' ').slice(0, 80) }],
    inventory: [
      pc('host42'),
      pc('host43', { host: '127.22.0.43' }),
      // As no import would let in: the display must not rely on it.
      ...nasty.map((name, n) => pc(name.replaceAll('\u0000', ''), { site: 'nasty', host: `127.22.1.${n}` })),
      ...[...Array(12).keys()].map((n) => pc(`${formulas[n % 4]}-${n}`, { site: 'formulas', host: `127.22.2.${n}` })),
    ],
  });
}, 60_000);
afterAll(() => ground?.close());

describe('people who are not known here', () => {
  test.each([
    ['a guest of the workspace', account('slack', 'W1GUEST')],
    ['a member of another workspace with the id of one of ours', account('console', 'otto', 'foreign')],
    ['the same id on another platform', account('slack', 'otto', 'local')],
    ['the same id in other letters', account('console', 'OTTO')],
    ['an id with a Cyrillic letter', account('console', '\u043etto')],
    ['ids that are one when glued together', account('console', '/otto', 'loca')],
    ['the id of a person instead of an account', account('teams', 'otto')],
  ])('%s may neither ask nor decide', async (_who, stranger) => {
    const { actions } = await ground.asks(otto, 'poweroff host42');
    const unknown = refusedWith('unknown_person', `${stranger.platform}:${stranger.tenant}/${stranger.user}`);
    const attempts = [
      { say: 'poweron host42' },
      { press: actions.approve },
      { press: actions.withdraw },
      { say: 'link X' },
    ];
    for (const what of attempts)
      expect(await ground.attack(() => ground.does(stranger, what, { displayName: 'Otto' }))).toEqual(unknown);
  });
});

describe('people whom the adapter of their platform does not listen to', () => {
  test.each([
    ['slack', 'foreign_workspace', 'slack:T9OTHER/U9EVE'],
    ['teams', 'guest', 'teams:T9OTHER/U9EVE'],
    ['teams', 'other_tenant', 'teams:T9OTHER/U9EVE'],
  ] as const)('%s, %s: in the trail, command and click', async (platform, why, actor) => {
    const says = { kind: 'command', text: `poweroff host42 ${'x'.repeat(10_000)}` } as const;
    const presses = { kind: 'action', id: 'act_secret' } as const;
    for (const what of [says, presses]) {
      const outcome = await ground.attack(async () => {
        await ground.chats[platform].turnsAway({ who: 'T9OTHER/U9EVE', why, what });
        return [];
      });
      expect(outcome).toMatchObject({ refusals: [{ actor, code: 'unknown_person' }], talkedTo: [], unfinished: [] });
      const entry = (await ground.trail()).at(-1);
      expect(entry?.data).toMatchObject({ why });
      expect(JSON.stringify(entry)).not.toContain('act_secret');
      expect(JSON.stringify(entry).length).toBeLessThan(1_000);
    }
  });

  test('a flood of them is counted', async () => {
    const what = { kind: 'command', text: 'poweroff all' } as const;
    ground.rules.aheadMs = toNextHourMs();
    const before = (await ground.trail()).length;
    const comes = () => ground.chats.slack.turnsAway({ who: 'T9OTHER/U9FLOOD', why: 'foreign_workspace', what });
    await Promise.all(Array.from({ length: 100 }, comes));
    expect((await ground.trail()).length - before).toBe(21);
    ground.rules.aheadMs = 0;
  });
});

describe('host names that only look right', () => {
  test.each([
    ['a Cyrillic o', 'h\u043est42'],
    ['a Greek o', 'h\u03bfst42'],
    ['full-width digits', 'host\uff14\uff12'],
    ['Arabic digits', 'host\u0664\u0662'],
    ['a combining mark', 'ho\u0307st42'],
    ['a zero-width space', 'host\u200b42'],
    ['a soft hyphen', 'ho\u00adst42'],
    ['a right-to-left override', '\u202e24tsoh'],
    ['its address', '127.22.0.42'],
  ])('%s: refused, nothing is resolved to host42', async (_what, name) => {
    const outcome = await ground.attack(() => ground.does(otto, { say: `poweron ${name}` }));
    expect(outcome).toMatchObject({ kinds: ['refused'], talkedTo: [], unfinished: [] });
    expect(['no_such_target', 'bad_usage']).toContain(outcome.codes[0]);
    expect(outcome.refusals).toEqual([{ actor: 'otto', code: outcome.codes[0] }]);
  });
});

describe('a typo', () => {
  test('gets a button for what was meant', async () => {
    const [view] = await ground.does(otto, { say: 'poweroff host422' });
    expect(view?.actions?.map(({ label }) => label)).toEqual(['Run it']);
  });
  test.each([
    'policy explain "poweroff host422"',
    'policy explain poweron host422',
    'schedule add nightly "0 5 * * *" poweron host422',
  ])('in %s is never answered with a button that does it now', async (say) => {
    const [view] = await ground.does(otto, { say });
    expect(view).toMatchObject({ context: 'no_such_target', outcome: 'refused' });
    expect(view?.actions).toBeUndefined();
    expect(renderText(view ?? { tone: 'neutral', title: '' })).toMatch(/Did you mean `power(on|off) host42`/);
  });
});

describe('commands that are far too long', () => {
  test.each([
    ['10,000 letters', `poweroff ${'a'.repeat(10_000)}`],
    ['5,000 words', `poweroff ${'a '.repeat(5_000)}`],
    ['10,000 letters of a reason', `poweroff host42 --reason "${'a'.repeat(10_000)}"`],
    ['10,000 quotes', `poweroff ${'"'.repeat(10_000)}`],
    ['10,000 stars', `poweroff ${'*'.repeat(10_000)}`],
    ['201 words', `poweron ${'host42 '.repeat(201)}`],
  ])('%s', async (_what, say) => {
    expect(await ground.attack(() => ground.does(otto, { say }))).toEqual(refusedWith('too_long', 'otto'));
    const [last] = (await ground.trail()).slice(-1);
    expect(JSON.stringify(last?.data).length).toBeLessThan(1_000);
  });

  test('a pattern of 250 stars is matched in time', async () => {
    const outcome = await ground.attack(() => ground.does(otto, { say: `poweron ${'*a'.repeat(120)}` }));
    expect(outcome).toEqual(refusedWith('no_such_target', 'otto'));
  });
});

describe('what people and PCs wrote is text and nothing else', () => {
  test.each(nasty.map((text) => [text] as const))('as a reason: %j', async (text) => {
    const { id } = await ground.asks(otto, `poweroff host42 --reason '${text.replaceAll("'", '')}'`);
    const card = await ground.chats.console.sees(({ context }) => context?.startsWith(id) ?? false);
    expect(card.facts?.some(({ label }) => label === 'Reason')).toBe(true);
    expectInert(card);
    expect(renderText(card)).not.toContain('\u2028');
  });

  test('as names of PCs, and of the one who may approve', async () => {
    const { id, actions } = await ground.asks(otto, 'poweroff site:nasty');
    expectInert(await ground.chats.console.sees(({ context }) => context?.startsWith(id) ?? false));
    await ground.does(lea, { press: actions.deny });
    expectInert(
      await ground.chats.console.sees(
        (view) => view.title.startsWith('Denied by') && (view.context ?? '').startsWith(id),
      ),
    );
  });

  test.each(nasty.map((text) => [text] as const))('in words that are refused: %j', async (text) => {
    for (const say of [
      text,
      `poweron ${text}`,
      `poweron host42 --${text}`,
      `approve ${text}`,
      `link ${text}`,
      `hosts ${text}`,
    ])
      for (const view of await ground.does(otto, { say })) expectInert(view);
    for (const view of await ground.does(account('slack', text), { say: 'whoami' })) expectInert(view);
  });

  test.each(nasty.map((text, n) => [text, n] as const))('as the name an account shows: %j', async (text, n) => {
    const stranger = account('teams', `stranger-${n}`);
    const [offer] = await ground.does(stranger, { say: 'link' }, { displayName: text });
    const code = /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(offer?.title ?? '')?.[0];
    const [linked] = await ground.does(lea, { say: `link ${code}` });
    expect(linked?.title).toContain('is you now');
    if (linked) expectInert(linked);
  });

  test('as names and evidence of PCs in the files of a plan and of a run: no cell is a formula', async () => {
    for (const [n, formula] of [...Array(12).keys()].map((at) => [at, formulas[at % 4] ?? ''] as const))
      ground.failures.set(`${formula}-${n}`, [formula]);
    const { id, actions } = await ground.asks(otto, 'poweroff site:formulas');
    const expectNoFormula = async (file: string) => {
      const card = await ground.chats.console.sees((view) => view.attachment?.name === file);
      expectInert(card);
      const cells = (card.attachment?.content ?? '')
        .split('\r\n')
        .slice(1, -1)
        .flatMap((row) => row.split(','));
      expect(cells.length).toBeGreaterThanOrEqual(12 * 7);
      for (const cell of cells) expect(cell).not.toMatch(/^"?[=+\-@\t]/);
      expect(card.attachment?.content).toContain("'=cmd|calc!A0-0,");
    };
    await expectNoFormula(`${id}-plan.csv`);
    await ground.does(lea, { press: actions.approve });
    await expectNoFormula(`${id}.csv`);
  });
});

test('after all of this only those PCs were talked to that somebody else approved', async () => {
  expect(ground.conversations.every((name) => ground.failures.has(name))).toBe(true);
  expect((await ground.trail()).filter(({ kind }) => kind === 'run_started')).toHaveLength(1);
  expect(ground.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
});
