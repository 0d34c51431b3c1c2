import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderText } from '../../src/messages/text.ts';
import { isEnd, outcomeOf, type Shown } from './site/person.ts';
import { createSite, type Site } from './site/site.ts';

/** Twelve healthy PCs: six in madrid, six in lyon. */
let site: Site;
beforeAll(async () => {
  site = await createSite({
    lab: ['--first-address', '127.24.1.1', '--devices', '12', '--sites', 'madrid,lyon', '--powered', 'off'],
  });
  await site.start();
}, 60_000);
afterAll(() => site?.close());

const textOf = ({ view }: Shown) => renderText(view);
const contextOf = ({ view }: Shown) => view.context ?? '';
const requestIn = (state: Shown) => /req_\w+/.exec(contextOf(state))?.[0] ?? '';

describe('one PC', () => {
  test('`poweron host7` ends 0 with "on, verified", on one card, and the PC really is on', async () => {
    const { code, out } = await site.sayAtTerminal(site.operator, 'poweron host7');
    expect(out).toMatch(/✔ host7 is on, verified after \d+\.\d s \(was off; AMT [\d.]+; TLS 1\.[23]\)/);
    expect(code).toBe(0);
    expect(await site.lab.device('host7')).toMatchObject({ powerState: 2, boots: 1 });
    const card = await site.approver.until((state) => state.view.title.startsWith('host7 is on, verified'));
    expect(new Set(site.approver.states().map((state) => state.number))).toEqual(new Set([card.number]));
  });

  test('on again does nothing, for the state is read first', async () => {
    const answers = await site.operator.say('/oob poweron HOST7');
    expect((await answers.end()).view.title).toMatch(/^host7 is on already, verified in /);
    expect(await site.lab.powerRequests()).toHaveLength(1);
  });

  test('`status` asks and changes nothing', async () => {
    const { code, out } = await site.sayAtTerminal(site.operator, 'status host7,host8');
    expect(out).toMatch(/host7\s+on\s+[\d.]+\s+provisioned\n\s*host8\s+off\s/);
    expect(code).toBe(0);
    expect(await site.lab.powerRequests()).toHaveLength(1);
  });

  test('--dry-run shows the plan and sends nothing, not even a connection', async () => {
    const before = await site.lab.connections();
    const end = await (await site.operator.say('poweroff site:lyon - group:floor1 --dry-run')).end();
    expect(textOf(end)).toMatch(
      /Would ask for: hard power-off of 4 PCs\. Nothing was done.*one of Arturo Approver and Dora Deputy/s,
    );
    expect(end.private).toBe(true);
    expect(await site.lab.connections()).toBe(before);
  });
});

describe('what is not understood or not allowed', () => {
  test('a wrong host ends 2 with a suggestion, whose button works for the one who typed and for nobody else', async () => {
    const { code, out } = await site.sayAtTerminal(site.operator, 'poweron host8x');
    expect(code).toBe(2);
    expect(out).toMatch(/host8x is not in the inventory\. Did you mean \/oob poweron host8\?.*no_such_target/s);
    const offer = await site.operator.until((state) => state.view.title.includes('host8x'));
    expect(offer.private).toBe(true);
    expect(site.deputy.states().some((state) => state.number === offer.number)).toBe(false);
    // A client that was changed to send a button which it was never shown.
    const [button] = offer.view.actions ?? [];
    const card = await site.deputy.until((state) => state.view.title.startsWith('host7 is on'));
    const forged = { ...card, view: { ...card.view, actions: button ? [button] : [] } };
    expect(contextOf(await (await site.deputy.press(forged, 'Run it')).end())).toBe('button_gone');

    const run = await (await site.operator.press(offer, 'Run it')).end();
    expect(run.view.title).toMatch(/^host8 is on, verified/);
    expect(contextOf(await (await site.operator.press(offer, 'Run it')).end())).toBe('button_gone');
  });

  test('a typo in the verb and letters that changed places are understood', async () => {
    const { code, out } = await site.sayAtTerminal(site.operator, 'powron host7');
    expect(out).toContain('There is no powron. Did you mean /oob poweron host7?');
    expect(code).toBe(2);
    const swapped = await (await site.operator.say('status hots7')).end();
    expect(swapped.view.title).toContain('Did you mean /oob status host7?');
  });

  test('a suggestion changes the wrong word and no other', async () => {
    const end = await (await site.operator.say('poweron host12 host')).end();
    expect(end.view.title).toContain('Did you mean /oob poweron host12 host1?');
  });

  test('wrong use is answered with the usage', async () => {
    const end = await (await site.operator.say('poweron host7 --force')).end();
    expect(textOf(end)).toMatch(/poweron has no option --force\..*Usage: `\/oob poweron TARGETS`.*bad_usage/s);
    expect(contextOf(await (await site.operator.say('poweron "host7')).end())).toBe('bad_usage');
  });

  test('a stranger, and somebody without a role, get nothing', async () => {
    const stranger = { ...site.operator, token: 'x'.repeat(32) };
    const refused = await site.sayAtTerminal(stranger, 'poweron host9');
    expect(refused).toMatchObject({ code: 2, out: expect.stringContaining('A valid token is needed') });
    const other = await site.sayAtTerminal(site.operator, 'poweron host9', '--as', 'approver');
    expect(other).toMatchObject({ code: 2, out: expect.stringContaining('another person') });
    const { code, out } = await site.sayAtTerminal(site.visitor, 'poweron host9');
    expect({ code, out }).toEqual({ code: 2, out: expect.stringContaining('not_allowed') });
    expect((await site.lab.device('host9')).counters.connections).toBe(0);
  });

  test('a name from the chat is looked up in the inventory and never on the network', async () => {
    const before = await site.lab.connections();
    const end = await (await site.operator.say('poweron 127.24.1.9 host9.lyon.example')).end();
    expect(contextOf(end)).toBe('no_such_target');
    expect(await site.lab.connections()).toBe(before);
  });
});

describe('what another person must approve', () => {
  const ask = async (text: string) => (await site.operator.say(text)).until((state) => outcomeOf(state) === 'waiting');

  test('`poweroff` ends 3; the operator cannot approve it, by button or by command; the approver can', async () => {
    const { code, out } = await site.sayAtTerminal(site.operator, 'poweroff host7 --reason "fire drill"');
    expect(code).toBe(3);
    expect(out).toMatch(/Plan: hard power-off of host7\. Needs 1 approval.*fire drill.*\[Approve\]/s);
    const [requestId = ''] = /req_\w+/.exec(out) ?? [];
    const card = await site.operator.until((state) => contextOf(state).includes(requestId));

    const own = await (await site.operator.press(card, 'Approve')).end();
    expect(contextOf(own)).toBe('own_request');
    expect(own.private).toBe(true);
    const typed = await site.sayAtTerminal(site.operator, `approve ${requestId}`);
    expect(typed).toMatchObject({ code: 2, out: expect.stringContaining('own_request') });
    expect(contextOf(await (await site.visitor.press(card, 'Approve')).end())).toBe('not_an_approver');
    expect(await site.lab.device('host7')).toMatchObject({ powerState: 2 });

    const seen = await site.approver.until((state) => contextOf(state).includes(requestId));
    const answers = await site.approver.press(seen, 'Approve');
    const end = await site.approver.until((state) => state.number === card.number && isEnd(state));
    expect(end.view.title).toMatch(/^host7 is off, verified after /);
    expect(contextOf(end)).toMatch(/approved by Arturo Approver, \d\d:\d\d UTC/);
    expect(answers.states()).toEqual([]);
    expect(await site.lab.device('host7')).toMatchObject({ powerState: 8 });
  });

  test('of two approvers at once one counts; a later click is told who decided', async () => {
    const card = await ask('poweroff host8');
    const answers = await Promise.all([site.approver, site.deputy].map((person) => person.press(card, 'Approve')));
    const end = await site.operator.until((state) => state.number === card.number && isEnd(state));
    expect(end.view.title).toMatch(/^host8 is off, verified/);
    const winner = /approved by (\w+)/.exec(contextOf(end))?.[1] === 'Arturo' ? 0 : 1;
    const told = await answers[1 - winner]?.end();
    expect(told?.view.context).toBe('already_decided');
    expect(answers[winner]?.states()).toEqual([]);
    const late = await (await site.deputy.press(card, 'Deny')).end();
    expect(textOf(late)).toContain(`Approved by ${winner === 0 ? 'Arturo Approver' : 'Dora Deputy'}`);
    expect((await site.lab.powerRequests()).filter((each) => each.device === 'host8')).toHaveLength(2);
  });

  test('a denied request is over, and nothing was done', async () => {
    const card = await ask('reset host7');
    await site.deputy.press(card, 'Deny');
    const end = await site.operator.until((state) => state.number === card.number && isEnd(state));
    expect(textOf(end)).toMatch(/Denied by Dora Deputy: reset of host7\n\s*Nothing was done\./);
    expect(end.view.actions ?? []).toEqual([]);
    expect(contextOf(await (await site.approver.press(card, 'Approve')).end())).toBe('already_decided');
  });

  test('only the one who asked may withdraw', async () => {
    const card = await ask('poweroff host9,host10');
    expect(contextOf(await (await site.approver.press(card, 'Withdraw')).end())).toBe('not_yours');
    expect(outcomeOf(card)).toBe('waiting');
    await site.operator.press(card, 'Withdraw');
    const end = await site.approver.until((state) => state.number === card.number && isEnd(state));
    expect(end.view.title).toBe('Withdrawn by Olga Operator: hard power-off of host9 and host10');
    expect(contextOf(await (await site.approver.press(card, 'Approve')).end())).toBe('already_decided');
    expect((await site.lab.device('host9')).counters.connections).toBe(0);
  });

  test('`approvals` lists what waits, `approve` and `deny` do what the buttons do', async () => {
    const first = await ask('reset host8 --reason "hangs at 30 %"');
    const second = await ask('poweroff host7');
    const list = await (await site.approver.say('approvals')).end();
    expect(list.view.title).toBe('2 requests waiting');
    expect(list.view.table?.rows.map(([id, what, , waitsFor]) => [id, what, waitsFor])).toEqual([
      [requestIn(first), 'reset of host8', '1 approval'],
      [requestIn(second), 'hard power-off of host7', '1 approval'],
    ]);
    const notTheirs = await site.sayAtTerminal(site.approver, `withdraw ${requestIn(second)}`);
    expect(notTheirs).toMatchObject({ code: 2, out: expect.stringContaining('not_yours') });
    const denied = await site.sayAtTerminal(site.approver, `deny ${requestIn(second)}`);
    expect(denied).toMatchObject({ code: 0, out: expect.stringContaining('Denied: hard power-off of host7') });
    await (await site.approver.say(`approve ${requestIn(first)}`)).end();
    const end = await site.operator.until((state) => state.number === first.number && isEnd(state));
    // host8 is off by now: a reset would do nothing.
    expect(textOf(end)).toMatch(/^✖ host8 did not reset\n.*not_on$/s);
    expect(outcomeOf(end)).toBe('some_failed');
  });

  test('`withdraw` does what the button does; a name written with a blank is understood', async () => {
    const card = await ask('poweroff host9');
    const withdrawn = await site.sayAtTerminal(site.operator, `withdraw ${requestIn(card)}`);
    expect(withdrawn).toMatchObject({ code: 0, out: expect.stringContaining('Withdrawn: hard power-off of host9') });
    const blank = await site.sayAtTerminal(site.operator, 'poweron host 8');
    expect(blank.out).toMatch(/host 8 is not in the inventory\. Did you mean \/oob poweron host8\?/);
  });
});

describe('looking around', () => {
  test('`hosts`, `runs`, `whoami` and `help` answer only the one who asked', async () => {
    const hosts = await site.sayAtTerminal(site.operator, 'hosts');
    expect(hosts).toMatchObject({ code: 0, out: expect.stringMatching(/12 PCs at 2 sites.*lyon\s+6.*madrid\s+6/s) });
    const lyon = await (await site.operator.say('hosts site:lyon')).end();
    expect(lyon.view.table?.rows.map(([name]) => name)).toEqual([7, 8, 9, 10, 11, 12].map((n) => `host${n}`));
    const runs = await (await site.operator.say('runs')).end();
    expect(runs.view.table?.rows[0]?.slice(1)).toEqual([
      'reset of host8',
      expect.stringMatching(/^0 ok, 1 failed in /),
      'Olga Operator',
      expect.stringMatching(/^req_/),
    ]);
    const me = await (await site.deputy.say('whoami')).end();
    expect(textOf(me)).toMatch(/You are Dora Deputy \(deputy\).*Roles\s+site-lead, operator.*You may approve\s+all/s);
    const help = await (await site.visitor.say('help')).end();
    expect(textOf(help)).toContain('not with your roles here: poweron, poweroff, reset, cycle, boot, status');
    expect([lyon, runs, me, help].every((answer) => answer.private)).toBe(true);
    expect(await site.readiness()).toBe(200);
  });
});
