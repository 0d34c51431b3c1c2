import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Schedule } from '../../../src/ports/store/schedule-store.ts';
import { newId } from '../../../src/runtime/new-id.ts';
import { readTrail, withStore } from '../site/kept.ts';
import { createSite, type Site } from '../site/site.ts';

const minuteMs = 60_000;
let site: Site;
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.31.1', '--devices', '8', '--sites', 'madrid,lyon', '--powered', 'off'],
      ...['--power-delay', '200'],
    ],
    moreConfig: `
schedules:
  entries:
    - { id: nightly-status, command: "status all", cron: "30 3 * * *", timezone: Europe/Madrid, owner: operator, channel: console:local/it-ops }
`,
  });
  await site.start();
}, 60_000);
afterAll(() => site?.close());

const say = async (text: string) => (await site.operator.say(text)).end();
const minuteOf = (at: Date) => `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
const lastNumber = () => Math.max(0, ...site.operator.states().map(({ number }) => number));
/** The start of the minute `minutes` from now. */
const fromNow = (minutes: number) => new Date((Math.floor(Date.now() / minuteMs) + minutes) * minuteMs);
const change = async (id: string, over: Partial<Schedule>, ticks: readonly Date[] = []) =>
  withStore(site.directory, async ({ schedules }) => {
    const schedule = await schedules.get(id);
    const nothing = { notices: [], trail: [] };
    const changed = await schedules.change(id, schedule?.version ?? 0, over, nothing);
    const due = ticks.map(
      (dueAt) => ({ scheduleId: id, dueAt, state: 'due', requestId: newId('req'), code: null, at: dueAt }) as const,
    );
    if (changed && due.length > 0) await schedules.sweep(id, changed.version, fromNow(0), due, nothing);
  });
const ticksOf = (id: string) => withStore(site.directory, ({ schedules }) => schedules.latestTicks(id, 100));
const howManyOn = async () => (await site.lab.devices()).filter(({ powerState }) => powerState === 2).length;

describe('schedules with a running service', () => {
  test('one of the configuration is there; chat can pause it, not remove it', async () => {
    const listed = await say('schedule list');
    expect(listed.view.table?.rows[0]?.slice(0, 3)).toEqual([
      'nightly-status',
      'status all',
      '30 3 * * * Europe/Madrid',
    ]);
    expect((await say('schedule remove nightly-status')).view.context).toBe('schedule_of_config');
    expect((await say('schedule pause nightly-status --reason "moving"')).view.title).toBe(
      'Paused: schedule "nightly-status"',
    );
  });

  test('mistakes are told by name', async () => {
    const contextOf = async (text: string) => (await say(text)).view;
    expect(JSON.stringify(await contextOf('schedule add night "61 2 * * *" poweron site:lyon'))).toContain(
      'minute (0-59)',
    );
    expect(JSON.stringify(await contextOf('schedule add night "0 2 * * *" poweron site:lyon --tz Madrid'))).toContain(
      'Europe/Madrid',
    );
    expect((await contextOf('schedule add night "* * * * *" poweron site:lyon')).context).toBe('too_often');
    expect((await contextOf('schedule add night "0 2 * * *" help')).context).toBe('not_schedulable');
    const visitor = await (await site.visitor.say('schedule add night "0 2 * * *" poweron site:lyon')).end();
    expect(visitor.view.context).toBe('not_allowed');
  });

  test('one that is due in a minute wakes site:lyon and posts what came of it', async () => {
    const due = fromNow(new Date().getUTCSeconds() > 50 ? 2 : 1);
    const added = await say(
      `schedule add wake-lyon "${minuteOf(due)}" poweron site:lyon --tz UTC --missed run-late --late 60`,
    );
    expect(added.view.title).toBe('Schedule "wake-lyon" is set');
    expect(added.view.facts?.find(({ label }) => label === 'Next')?.value.split(', ')).toHaveLength(5);
    // A time can only be waited for.
    await new Promise((resolve) => setTimeout(resolve, due.getTime() - Date.now()));
    const end = await site.operator.until(({ view }) => view.title.startsWith('Wake-up "wake-lyon"'));
    expect(end.view.title).toMatch(
      /^Wake-up "wake-lyon", due \d\d:\d\d UTC, ran \d\d:\d\d:\d\d: 4 of 4 on before \d\d:\d\d \(100 %\)$/,
    );
    expect(end.invocation).toBeNull();
    expect(await howManyOn()).toBe(4);
    expect((await say('schedule show wake-lyon')).view.table?.rows[0]?.[1]).toBe('4 of 4 PCs on');
  }, 150_000);

  test('kill -9 between tick and request: asked for after the start, once', async () => {
    const before = lastNumber();
    await site.kill();
    // Five minutes ago nothing was due before; it may be up to an hour late.
    const dueAt = fromNow(-5);
    // As the service leaves it that dies then: the tick is stored, its request is not.
    await change('wake-lyon', { cron: minuteOf(new Date(dueAt.getTime() - 30 * minuteMs)), sweptUntil: dueAt }, [
      dueAt,
    ]);
    await site.lab.setPower('all', 'off');
    await site.start();
    const wakes = /^Wake-up "wake-lyon", due .* 4 of 4 on/;
    await site.operator.until(({ number, view }) => number > before && wakes.test(view.title));
    await site.stop();
    const ticks = await ticksOf('wake-lyon');
    expect(ticks.filter((tick) => tick.dueAt.getTime() === dueAt.getTime()).map(({ state }) => state)).toEqual([
      'late',
    ]);
    const trail = await withStore(site.directory, readTrail);
    const id = ticks.find((tick) => tick.dueAt.getTime() === dueAt.getTime())?.requestId;
    expect(
      trail
        .filter(({ requestId, kind }) => requestId === id && ['asked', 'run_started', 'tick_asked'].includes(kind))
        .map(({ kind }) => kind),
    ).toEqual(['asked', 'run_started', 'tick_asked']);
  }, 60_000);

  test('down over a due time: run late within the grace, told beyond it', async () => {
    await site.stop();
    const before = lastNumber();
    const dueAt = fromNow(-20);
    await change('wake-lyon', { cron: minuteOf(dueAt), sweptUntil: new Date(dueAt.getTime() - minuteMs) });
    await change('nightly-status', { pause: null, sweptUntil: new Date(Date.now() - 3 * 24 * 60 * minuteMs) });
    await site.lab.setPower('all', 'off');
    await site.start();
    const wakes = /^Wake-up "wake-lyon", due .* 4 of 4 on/;
    await site.operator.until(({ number, view }) => number > before && wakes.test(view.title));
    const told = await site.operator.until(({ view }) =>
      view.title.startsWith('Schedule "nightly-status" missed 3 times'),
    );
    expect(told.view.context).toBe('nobody_there');
    await site.stop();
    const ticks = await ticksOf('wake-lyon');
    expect(ticks.find((tick) => tick.dueAt.getTime() === dueAt.getTime())?.state).toBe('late');
  }, 60_000);
});
