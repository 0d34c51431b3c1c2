import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isEnd, outcomeOf, type Person, type Shown } from './site/person.ts';
import { createSite, type Site } from './site/site.ts';

/** Forty PCs that are on: a canary of five, then waves of eight and nine. */
const devices = 40;
let site: Site;
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.10.1', '--devices', String(devices), '--sites', 'madrid', '--powered', 'on'],
      ...['--power-delay', '100'],
    ],
    connections: 4,
  });
  await site.start();
}, 60_000);
afterAll(() => site?.close());

const contextOf = ({ view }: Shown) => view.context ?? '';
const idIn = (state: Shown) => /req_\w+/.exec(contextOf(state))?.[0] ?? '';
const labelsOf = ({ view }: Shown) => (view.actions ?? []).map((action) => action.label);
const ask = async (text: string) => (await site.operator.say(text)).until((state) => outcomeOf(state) === 'waiting');
/** Asks, has it approved, and gives the card back as it was before that. */
const approved = async (text: string) => {
  const card = await ask(text);
  await site.approver.press(card, 'Approve');
  return card;
};
const later = (card: Shown, passes: (state: Shown) => boolean, who: Person = site.operator) =>
  who.until((state) => state.number === card.number && state.change > card.change && passes(state));
const endOf = (card: Shown) => later(card, isEnd);
const pausedOf = (card: Shown) => later(card, (state) => labelsOf(state).includes('Resume'));
const setFaults = (from: number, to: number, faults: string) =>
  Promise.all(Array.from({ length: to - from + 1 }, (_, at) => site.lab.setFaults(`host${from + at}`, faults)));
const resetNames = async () => (await site.lab.powerRequests()).map((each) => each.device);
const numberOf = (name: string) => Number(name.slice('host'.length));

describe('a run that goes wrong', () => {
  let card: Shown;
  let paused: Shown;
  let ended: Shown;

  test('the canary goes first, then wave by wave; too many failures pause the run by itself', async () => {
    await setFaults(8, 13, 'wrong-password');
    card = await approved('reset site:madrid --reason "patch day"');
    paused = await pausedOf(card);
    expect(paused.view.title).toMatch(
      /^Paused by itself: 5 of the last \d+ failed \(limit 20 %\)\. Cause: 5 × wrong credentials$/,
    );
    expect(paused.view.text).toMatch(/^Resetting 40 PCs in madrid\. Wave 2 of 5, \d+ of 40 reset, \d failed\./);
    expect(outcomeOf(paused)).toBe('waiting');
    expect(labelsOf(paused)).toEqual(['Resume', 'Stop']);
    const reset = await resetNames();
    expect(reset.slice(0, 5).toSorted()).toEqual(['host1', 'host2', 'host3', 'host4', 'host5']);
    const untouched = (await site.lab.devices()).filter(({ name }) => numberOf(name) > 13);
    expect(untouched.filter(({ counters }) => counters.connections > 0)).toEqual([]);
  }, 60_000);

  test('only who asked, who may approve it, or an administrator may touch it', async () => {
    const refused = await (await site.visitor.press(paused, 'Resume')).end();
    expect(contextOf(refused)).toBe('not_your_run');
    const typed = await site.sayAtTerminal(site.visitor, `stop ${idIn(card)}`);
    expect(typed).toMatchObject({ code: 2, out: expect.stringContaining('not_your_run') });
    expect((await (await site.operator.say('runs')).end()).view.table?.rows[0]?.[2]).toMatch(/^paused, /);
  });

  test('resumed with the cause mended it goes on with a fresh window, and ends', async () => {
    await setFaults(1, devices, '');
    await site.approver.press(paused, 'Resume');
    ended = await endOf(card);
    expect(ended.view.title).toMatch(/^Done: 3[45] accepted, [56] failed \([56] wrong credentials\)\. /);
    const reset = await resetNames();
    expect(new Set(reset).size).toBe(reset.length);
    const late = await (await site.operator.press(paused, 'Resume')).end();
    expect(contextOf(late)).toBe('not_paused');
  }, 60_000);

  test('of two who press Retry one gets it, the other is told; the button vanishes; exactly the failed are done', async () => {
    const [retryLabel = ''] = labelsOf(ended);
    expect(retryLabel).toMatch(/^Retry [56]$/);
    const before = new Set(await resetNames());
    const both = await Promise.all([site.operator.press(ended, retryLabel), site.deputy.press(ended, retryLabel)]);
    const answers = await Promise.all(
      both.map((answer) => answer.until((state) => outcomeOf(state) === 'waiting' || isEnd(state))),
    );
    const retry = answers.find((state) => outcomeOf(state) === 'waiting');
    const told = answers.find((state) => outcomeOf(state) === 'refused');
    expect(contextOf(told ?? ended)).toBe('already_retried');
    expect(JSON.stringify(told?.view.text)).toContain(idIn(retry ?? ended));
    const bare = await later(ended, (state) => contextOf(state).includes('retried as'));
    expect(labelsOf(bare)).toEqual([]);

    await site.approver.press(retry ?? ended, 'Approve');
    const end = await later(retry ?? ended, isEnd);
    expect(end.view.title).toMatch(/^Done: [56] accepted\. /);
    const reset = await resetNames();
    expect(reset).toHaveLength(devices);
    expect(new Set(reset).size).toBe(devices);
    expect(reset.filter((name) => !before.has(name)).length).toBe(devices - before.size);
  }, 60_000);
});

describe('a run that people hold up', () => {
  test('two of five canaries fail: nothing else is begun, and Stop leaves all the others as they are', async () => {
    await site.lab.resetCounters();
    await setFaults(1, 2, 'wrong-password');
    const card = await approved('reset site:madrid');
    const paused = await pausedOf(card);
    expect(paused.view.title).toBe(
      'Paused by itself: 2 of 5 canaries failed (limit 20 %). Cause: 2 × wrong credentials',
    );
    await site.approver.press(paused, 'Stop');
    const end = await endOf(card);
    expect(end.view.title).toMatch(
      /^Stopped by Arturo Approver: 3 accepted, 2 failed \(2 wrong credentials\), 35 not begun\. /,
    );
    expect(labelsOf(end)).toEqual(['Retry 2']);
    expect(await resetNames()).toHaveLength(3);
    const lines = (await site.operator.attachment(end)).trimEnd().split('\r\n').slice(1);
    expect(lines.filter((line) => line.includes(',skipped,run_stopped,'))).toHaveLength(35);
    await setFaults(1, 2, '');
  }, 60_000);

  test('Pause lets what is under way finish, survives kill -9, and Resume goes on', async () => {
    await site.lab.resetCounters();
    const card = await approved('reset site:madrid');
    await site.lab.sees(8);
    const running = await later(card, (state) => labelsOf(state).includes('Pause'));
    expect(running.view.title).toMatch(/^Running: wave \d of 5/);
    expect(labelsOf(running)).toEqual(['Pause', 'Stop']);
    await site.operator.press(running, 'Pause');
    const paused = await later(card, (state) => /^Paused by Olga Operator/.test(state.view.title));
    const again = await site.sayAtTerminal(site.operator, `pause ${idIn(card)}`);
    expect(again).toMatchObject({ code: 2, out: expect.stringContaining('not_running') });
    await site.kill();
    await site.start();
    const seen = (await site.lab.powerRequests()).length;
    expect(seen).toBeLessThan(devices);
    const resumed = await site.sayAtTerminal(site.administrator, `resume ${idIn(card)}`);
    expect(resumed).toMatchObject({ code: 0, out: expect.stringContaining('Resumed: reset of') });
    const end = await later(paused, isEnd);
    expect(end.view.title).toMatch(/^Done: 40 accepted\. |^Done: \d+ accepted, \d+ failed \(\d+ interrupted\)\. /);
    const reset = await resetNames();
    expect(new Set(reset).size).toBe(reset.length);
  }, 60_000);
});

describe('locks', () => {
  test('who holds what is listed; forced by an administrator with a reason; the late outcome is still recorded', async () => {
    await site.lab.setPower('all', 'off');
    await site.lab.resetCounters();
    const refused = await site.sayAtTerminal(site.approver, 'unlock host20 --reason "stuck"');
    expect(refused).toMatchObject({ code: 2, out: expect.stringContaining('not_administrator') });
    const unreasoned = await site.sayAtTerminal(site.administrator, 'unlock host20');
    expect(unreasoned).toMatchObject({ code: 2, out: expect.stringContaining('--reason') });
    // Several replies, each well within the time that one may take: busy for longer than three commands in chat need.
    await setFaults(20, 20, 'slow:2500');
    const first = await site.operator.say('poweron host20 --reason "morning"');
    await first.until((state) => state.view.title.includes('waking'));
    const busy = await (await site.operator.say('poweron host20')).end();
    expect(contextOf(busy)).toContain('device_busy');
    const list = await (await site.visitor.say('locks')).end();
    expect(list.view.table?.rows).toEqual([
      [
        'host20',
        'power on',
        'Olga Operator',
        expect.stringMatching(/^\d{4}-/),
        'morning',
        expect.stringMatching(/^req_/),
      ],
    ]);
    const freed = await (await site.administrator.say('unlock host20 --reason "stuck"')).end();
    expect(freed.view.title).toBe('Freed 1 PC: host20');
    await setFaults(20, 20, '');
    const end = await first.end();
    expect(end.view.title).toMatch(/^host20 is on, verified/);
    expect((await (await site.operator.say('locks')).end()).view.title).toBe('No PC is held');
  }, 60_000);
});
