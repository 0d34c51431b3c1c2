import { describe, expect, test } from '@jest/globals';
import type { NewCard } from '../../../src/ports/store/card-store.ts';
import type { Schedule, Tick, Told } from '../../../src/ports/store/schedule-store.ts';
import type { Store } from '../../../src/ports/store/store.ts';
import type { TheStore } from '../store-contract.ts';
import { channel, entry, newId, wholeTrail } from './samples.ts';

const start = new Date('2026-01-05T10:00:00Z');
const minutes = (count: number) => new Date(start.getTime() + count * 60_000);
const nothing: Told = { notices: [], trail: [] };

function newSchedule(over: Partial<Schedule> = {}): Omit<Schedule, 'version'> {
  return {
    id: newId('nightly'),
    commandText: 'poweron site:lyon',
    cron: '0 22 * * 2',
    timeZone: 'Europe/Madrid',
    owner: 'olga',
    conversation: channel,
    reason: 'patch\u0000es',
    missed: 'run-late',
    lateMinutes: 30,
    blackouts: [{ from: '2026-12-24', to: '2027-01-06' }],
    source: 'chat',
    pause: null,
    createdAt: start,
    sweptUntil: start,
    ...over,
  };
}

const tick = (scheduleId: string, dueAt: Date, over: Partial<Tick> = {}): Tick => ({
  scheduleId,
  dueAt,
  state: 'due',
  requestId: newId('req'),
  code: null,
  at: dueAt,
  ...over,
});

const notice = (): NewCard => ({
  id: newId('card'),
  requestId: null,
  conversation: channel,
  kind: 'notice',
  view: { tone: 'warning', title: 'Missed' },
});

async function added(store: Store, over: Partial<Schedule> = {}): Promise<Schedule> {
  const schedule = newSchedule(over);
  await store.schedules.add(schedule, nothing);
  return { ...schedule, version: 1 };
}

/** ScheduleStore. */
export function scheduleContract(theStore: TheStore): void {
  describe('schedules', () => {
    test('come back as they were stored; an id is taken once', async () => {
      const { schedules } = theStore();
      const schedule = newSchedule();
      expect(await schedules.add(schedule, nothing)).toBe(true);
      expect(await schedules.add({ ...schedule, owner: 'arturo' }, nothing)).toBe(false);
      const stored = { ...schedule, reason: 'patch\uFFFDes', version: 1 };
      expect(await schedules.get(schedule.id)).toEqual(stored);
      expect((await schedules.all()).find(({ id }) => id === schedule.id)).toEqual(stored);
    });

    test('a change counts once per version, with what is told of it', async () => {
      const store = theStore();
      const schedule = await added(store);
      const pause = { at: minutes(1), by: 'olga', reason: 'holiday' };
      const told = { notices: [notice()], trail: [entry({ data: { schedule: schedule.id } })] };
      const changed = await Promise.all(
        [1, 2, 3].map(() => store.schedules.change(schedule.id, 1, { pause, cron: '0 23 * * *' }, told)),
      );
      const now = { ...schedule, pause, cron: '0 23 * * *', version: 2 };
      expect(changed.filter((each) => each !== null)).toEqual([{ ...now, reason: schedule.reason }].map(storable));
      expect(await store.schedules.get(schedule.id)).toEqual(storable(now));
      const entries = (await wholeTrail(store)).filter(({ data }) => data.schedule === schedule.id);
      expect(entries).toHaveLength(1);
      expect(await store.schedules.change(schedule.id, 2, { pause: null }, nothing)).toMatchObject({ pause: null });
    });

    test('a due time has one tick, however many find it', async () => {
      const store = theStore();
      const { id } = await added(store);
      const first = tick(id, minutes(10));
      expect(await store.schedules.sweep(id, 1, minutes(10), [first], nothing)).toMatchObject({
        version: 2,
        sweptUntil: minutes(10),
      });
      expect(await store.schedules.sweep(id, 1, minutes(10), [tick(id, minutes(10))], nothing)).toBeNull();
      // As after a clock that was set back.
      await store.schedules.sweep(id, 2, minutes(20), [tick(id, minutes(10)), tick(id, minutes(20))], nothing);
      const ticks = await store.schedules.latestTicks(id, 10);
      expect(ticks.map(({ dueAt }) => dueAt)).toEqual([minutes(20), minutes(10)]);
      expect(ticks[1]).toEqual(first);
      expect(await store.schedules.tickOf(first.requestId)).toEqual(first);
      expect(await store.schedules.tickOf(newId('req'))).toBeNull();
    });

    test('a due tick is ended once', async () => {
      const store = theStore();
      const { id } = await added(store);
      const one = tick(id, minutes(10));
      await store.schedules.sweep(
        id,
        1,
        minutes(10),
        [one, tick(id, minutes(5), { state: 'skipped', code: 'x' })],
        nothing,
      );
      expect((await store.schedules.due(100_000)).filter(({ scheduleId }) => scheduleId === id)).toEqual([one]);
      const end = { state: 'refused', code: 'not_allowed', at: minutes(11) } as const;
      const card = notice();
      const ends = await Promise.all(
        [1, 2, 3].map(() => store.schedules.settle(one, end, { notices: [card], trail: [] })),
      );
      expect(ends.filter(Boolean)).toHaveLength(1);
      const [latest] = await store.schedules.latestTicks(id, 1);
      expect(latest).toEqual({ ...one, ...end });
      expect((await store.schedules.due(100_000)).filter(({ scheduleId }) => scheduleId === id)).toEqual([]);
      const between = await store.schedules.ticksBetween(minutes(5), minutes(10), 1_000);
      expect(between.filter(({ scheduleId }) => scheduleId === id)).toHaveLength(1);
    });

    test('what was due outlives its schedule', async () => {
      const store = theStore();
      const { id } = await added(store);
      await store.schedules.sweep(id, 1, minutes(10), [tick(id, minutes(10))], nothing);
      expect(await store.schedules.remove(id, 1, nothing)).toBe(false);
      expect(await store.schedules.remove(id, 2, nothing)).toBe(true);
      expect(await store.schedules.get(id)).toBeNull();
      expect(await store.schedules.latestTicks(id, 10)).toHaveLength(1);
    });

    test('a notice about no request is handed to whoever posts', async () => {
      const store = theStore();
      const { id } = await added(store);
      const card = notice();
      await store.schedules.change(id, 1, { pause: null }, { notices: [card], trail: [] });
      const taken = await store.cards.takeStale(new Date('2030-01-01T00:00:00Z'), minutes(0), 1, 100_000);
      expect(taken.find((each) => each.id === card.id)).toMatchObject({ requestId: null, view: card.view });
    });
  });
}

const storable = (schedule: Schedule): Schedule => ({
  ...schedule,
  reason: schedule.reason?.replace('\0', '\uFFFD') ?? null,
});
