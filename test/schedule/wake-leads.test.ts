import { describe, expect, test } from '@jest/globals';
import { commandSpecs } from '../../src/commands/index.ts';
import { scheduleCard } from '../../src/messages/schedules/schedule-cards.ts';
import type { TargetDevice, TargetTerm } from '../../src/ports/store/inventory-store.ts';
import type { Transmission } from '../../src/runs/transmission.ts';
import { createWakeLeads } from '../../src/schedule/wake-leads.ts';
import { createGround, olga, scheduleOf } from './ground.ts';

const minute = 60_000;
const quarter = [{ site: 'lyon', leadMs: 15 * minute, alarmMinutes: null }];

describe('the due time of a wake-up is that of the activity', () => {
  test('its commands begin before it, once, and that is in time', async () => {
    const ground = createGround('2027-01-01T00:00:00Z', quarter);
    await ground.add();
    await ground.sweepAt('2027-01-01T01:44:59Z');
    expect(ground.asked).toEqual([]);
    await ground.sweepAt('2027-01-01T01:45:00Z');
    await ground.sweepAt('2027-01-01T02:00:00Z');
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 asked']);
    expect(ground.asked.map(({ at }) => at.toISOString().slice(11, 16))).toEqual(['01:45']);
  });
  test.each([
    ['the clocks jump over it in spring', '30 2 * * *', '2027-03-27T12:00:00Z', '2027-03-28T00:45', '2027-03-28T01:00'],
    ['it comes twice in autumn', '30 2 * * *', '2027-10-30T12:00:00Z', '2027-10-31T00:15', '2027-10-31T00:30'],
    ['the change lies between', '5 3 * * *', '2027-03-27T12:00:00Z', '2027-03-28T00:50', '2027-03-28T01:05'],
  ])('over a change of the clocks: %s', async (_, cron, start, begins, due) => {
    const ground = createGround(start, quarter);
    await ground.add({ cron, timeZone: 'Europe/Madrid', sweptUntil: new Date(start) });
    for (let at = Date.parse(start); at < Date.parse(start) + 22 * 60 * minute; at += minute)
      await ground.sweepAt(new Date(at));
    expect(ground.asked.map(({ at }) => at.toISOString().slice(0, 16))).toEqual([begins]);
    expect(await ground.ticks()).toEqual([`${due} asked`]);
  });
  test('set between the beginning and the due time it begins at once', async () => {
    const ground = createGround('2027-01-01T01:58:10Z', quarter);
    await ground.add({ sweptUntil: ground.now() });
    await ground.sweepAt('2027-01-01T01:59:00Z');
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 asked']);
  });
  test('down over its beginning only: asked for at the start, nothing was missed', async () => {
    const ground = createGround('2027-01-01T00:00:00Z', quarter);
    await ground.add();
    await ground.sweepAt('2027-01-01T01:55:30Z');
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 asked']);
    expect(ground.titles()).toEqual([]);
  });
  test('resumed between the beginning and the due time it still counts; removed then it was not missed', async () => {
    const ground = createGround('2027-01-01T00:00:00Z', quarter);
    await ground.add();
    await ground.room.pause('night', olga, 'holiday');
    await ground.sweepAt('2027-01-01T01:50:00Z');
    await ground.room.resume('night', olga);
    await ground.sweepAt('2027-01-01T01:51:00Z');
    expect(await ground.ticks()).toEqual(['2027-01-01T02:00 asked']);
    await ground.add({ id: 'other', sweptUntil: ground.now() });
    await ground.room.remove('other', olga);
    expect(await ground.ticks('other')).toEqual([]);
  });
});

describe('when the commands of a schedule begin', () => {
  const devices: readonly TargetDevice[] = ['madrid', 'lyon', 'lyon'].map((site, at) => ({
    ...{ id: `dev_${at}`, name: `host${at}`, site, groups: [], powerState: null, reach: '' },
  }));
  let selected = 0;
  let now = new Date('2027-01-01T00:00:00Z');
  const leads = createWakeLeads({
    store: {
      inventory: {
        // Of an inventory only this is asked.
        select: async (term: TargetTerm) => {
          selected += 1;
          return devices.filter(({ site }) => term.kind === 'all' || ('value' in term && term.value === site));
        },
        candidatesFor: async () => [],
      } as unknown as Parameters<typeof createWakeLeads>[0]['store']['inventory'],
    },
    commands: commandSpecs,
    clock: { now: () => now },
    timeZone: 'UTC',
    transmission: (_, site) =>
      ({ offsetMs: 15 * minute, spreadMs: site === 'lyon' ? 30 * minute : 0 }) as unknown as Transmission,
  });

  test('by the offset and the spreading of each site; looked up again after a while', async () => {
    const expected = [
      { site: 'lyon', leadMs: 45 * minute, alarmMinutes: null },
      { site: 'madrid', leadMs: 15 * minute, alarmMinutes: null },
    ];
    expect(await leads({ commandText: 'poweron all' })).toEqual(expected);
    expect(await leads({ commandText: 'poweron all' })).toEqual(expected);
    expect(selected).toBe(1);
    now = new Date(now.getTime() + 6 * minute);
    await leads({ commandText: 'poweron all' });
    expect(selected).toBe(2);
  });
  test.each(['poweroff all', 'status all', 'poweron site:nowhere'])('%s: when it is due', async (commandText) => {
    expect(await leads({ commandText })).toEqual([]);
  });
  test('the card says so, site by site where they differ', async () => {
    const begins = async (commandText: string, over = {}, now = '2027-01-05T12:00:00Z') => {
      const next = [new Date('2027-01-05T22:00:00Z')];
      const schedule = { ...scheduleOf({ commandText, ...over }), version: 1 };
      const facts = {
        ...{ schedule, next, leads: await leads(schedule), alarms: [], now: new Date(now) },
        nameOf: (id: string) => id,
      };
      return scheduleCard(facts, [], new Map()).facts?.find(({ label }) => label === 'Begins')?.value;
    };
    expect(await begins('poweron site:madrid')).toBe('due 22:00 UTC, commands begin 21:45 UTC');
    expect(await begins('poweron all', { timeZone: 'Europe/Madrid' })).toBe(
      'due 23:00 CET, commands begin 22:15 CET at lyon, 22:45 CET at madrid',
    );
    expect(await begins('poweroff all')).toBeUndefined();
    // One that was added less than that before it is due.
    expect(await begins('poweron site:madrid', {}, '2027-01-05T21:50:00Z')).toBe(
      'due 22:00 UTC, commands begin at once',
    );
    expect(await begins('poweron all', {}, '2027-01-05T21:30:00Z')).toBe(
      'due 22:00 UTC, commands begin at once at lyon, 21:45 UTC at madrid',
    );
    const found = { sweptUntil: new Date('2027-01-05T22:10:00Z') };
    expect(await begins('poweron site:madrid', found, '2027-01-05T21:50:00Z')).toBe(
      'due 22:00 UTC, commands have begun',
    );
    expect(await begins('poweron all', found, '2027-01-05T21:30:00Z')).toBe(
      'due 22:00 UTC, commands have begun at lyon, begin 21:45 UTC at madrid',
    );
  });
});
