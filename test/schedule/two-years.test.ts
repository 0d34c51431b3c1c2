import { describe, expect, test } from '@jest/globals';
import { parseCron } from '../../src/schedule/calendar/cron.ts';
import { dueBetween } from '../../src/schedule/calendar/due-times.ts';
import { readClock } from './clock-oracle.ts';
import { crons, years, zones } from './crons.ts';
import { createGround } from './ground.ts';

const minuteMs = 60_000;
const fits = crons.map((each) => each.fits);

/** Something between the two that looks like chance and is the same each time. */
const between = (from: number, to: number, seed: number) => from + (((seed * 2_654_435_761) >>> 7) % (to - from));

function dueTimesOf(text: string, timeZone: string): readonly number[] {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return dueBetween(parsed.cron, timeZone, years.from, years.to, 1_000_000).map((due) => due.getTime());
}

describe('two years of ticks with a clock of our own', () => {
  test.each([...zones.map((timeZone) => [timeZone, 0] as const), ['Europe/Madrid', 25] as const])(
    '%s, two replicas, commands %i minutes ahead: every due time has exactly one run, in time',
    async (timeZone, leadMinutes) => {
      const leadMs = leadMinutes * minuteMs;
      const due = readClock(timeZone, years.from, years.to, fits);
      for (const [index, { cron }] of crons.entries())
        expect([cron, dueTimesOf(cron, timeZone)]).toEqual([cron, due[index]]);
      const ground = createGround(years.from.toISOString(), [{ site: 'lyon', leadMs, alarmMinutes: null }]);
      for (const [index, { cron }] of crons.entries())
        await ground.add({ id: `s${index}`, cron, timeZone, sweptUntil: years.from });
      const replica = ground.replica();
      // Each minute at which something is due, and others at which nothing is.
      const beginOf = (dueAt: number) => Math.max(dueAt - leadMs, years.from.getTime());
      const moments = new Set(due.flat().map(beginOf));
      for (let at = years.from.getTime(), turn = 0; at <= years.to.getTime(); turn += 1) {
        moments.add(at);
        at += between(1, 2_000, turn) * minuteMs;
      }
      for (const at of [...moments].sort((a, b) => a - b)) {
        // Beats come a little late.
        ground.at(new Date(at + 40));
        await Promise.all([ground.ticker.sweep(), replica.sweep()]);
      }
      const ticks = new Map([...ground.schedules.ticks.values()].map((tick) => [tick.requestId, tick]));
      const ranAt = new Map(crons.map((_, index) => [`s${index}`, [] as number[]]));
      const lateMs = new Set<number>();
      for (const { at, wish } of ground.asked) {
        const tick = ticks.get(wish.id ?? '');
        lateMs.add(at.getTime() - beginOf(tick?.dueAt.getTime() ?? 0));
        ranAt.get(tick?.scheduleId ?? '')?.push(tick?.dueAt.getTime() ?? 0);
      }
      // What is due within the lead after the end has been asked for already.
      const isWithin = (dueAt: number) => dueAt <= years.to.getTime();
      for (const [index, { cron }] of crons.entries())
        expect([cron, ranAt.get(`s${index}`)?.filter(isWithin)]).toEqual([cron, due[index]]);
      expect([...lateMs]).toEqual([40]);
      expect(ticks.size).toBe(ground.asked.length);
      expect(ground.schedules.notices).toEqual([]);
      expect(ground.errors).toEqual([]);
    },
    120_000,
  );

  test('Europe/Madrid, with the service down, the process asleep and the clock set back and forth: one end for each, none silent', async () => {
    const timeZone = 'Europe/Madrid';
    const due = crons.map(({ cron }) => dueTimesOf(cron, timeZone));
    const ground = createGround(years.from.toISOString());
    for (const [index, { cron }] of crons.entries())
      await ground.add({
        id: `s${index}`,
        cron,
        timeZone,
        sweptUntil: years.from,
        missed: 'run-late',
        lateMinutes: 90,
      });
    let now = years.from.getTime();
    for (let turn = 0; now < years.to.getTime(); turn += 1) {
      // Mostly a few minutes on, now and then hours or days; every tenth time two hours back.
      const backMinutes = turn % 10 === 9 ? 120 : 0;
      const onMinutes = between(1, turn % 7 === 0 ? 6_000 : 40, turn);
      now = Math.min(now + (onMinutes - backMinutes) * minuteMs, years.to.getTime());
      await ground.sweepAt(new Date(now));
    }
    for (const [index, { cron }] of crons.entries()) {
      const ticks = [...ground.schedules.ticks.values()].filter(({ scheduleId }) => scheduleId === `s${index}`);
      const times = ticks.map(({ dueAt }) => dueAt.getTime()).sort((a, b) => a - b);
      expect([cron, times]).toEqual([cron, due[index]]);
    }
    const states = Map.groupBy(ground.schedules.ticks.values(), ({ state }) => state);
    expect([...states.keys()].sort()).toEqual(['asked', 'late', 'missed']);
    expect(ground.asked.length).toBe((states.get('asked')?.length ?? 0) + (states.get('late')?.length ?? 0));
    expect(new Set(ground.asked.map(({ wish }) => wish.id)).size).toBe(ground.asked.length);
    // What was missed was told in a channel and stands in the trail.
    const told = ground.schedules.trail
      .filter(({ kind }) => kind === 'tick_missed')
      .map(({ data }) => Number(data.count));
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(states.get('missed')?.length);
    expect(ground.schedules.notices.length).toBe(told.length);
  }, 120_000);
});
