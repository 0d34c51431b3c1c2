import type { NewCard } from '../../src/ports/store/card-store.ts';
import type { Schedule, ScheduleStore, Tick, Told } from '../../src/ports/store/schedule-store.ts';
import type { TrailEntry } from '../../src/ports/trail/trail-store.ts';

/** Schedules kept in memory, by the same rules as in the database: the contract in test/contract/store/schedules.ts. */
export interface MemorySchedules extends ScheduleStore {
  readonly ticks: ReadonlyMap<string, Tick>;
  readonly notices: readonly NewCard[];
  readonly trail: readonly TrailEntry[];
}

const keyOf = ({ scheduleId, dueAt }: Pick<Tick, 'scheduleId' | 'dueAt'>) => `${scheduleId} ${dueAt.toISOString()}`;

/** Makes an empty one. */
export function createMemorySchedules(): MemorySchedules {
  const schedules = new Map<string, Schedule>();
  const ticks = new Map<string, Tick>();
  const due = new Map<string, Tick>();
  const notices: NewCard[] = [];
  const trail: TrailEntry[] = [];
  const tell = (told: Told) => {
    notices.push(...told.notices);
    trail.push(...told.trail);
  };
  const put = (tick: Tick) => {
    ticks.set(keyOf(tick), tick);
    if (tick.state === 'due') due.set(keyOf(tick), tick);
    else due.delete(keyOf(tick));
  };
  const set = (id: string, fromVersion: number, change: Partial<Schedule>, told: Told): Schedule | null => {
    const found = schedules.get(id);
    if (found?.version !== fromVersion) return null;
    const changed = { ...found, ...change, version: fromVersion + 1 };
    schedules.set(id, changed);
    tell(told);
    return changed;
  };
  return {
    ticks,
    notices,
    trail,
    async add(schedule, told) {
      if (schedules.has(schedule.id)) return false;
      schedules.set(schedule.id, { ...schedule, version: 1 });
      tell(told);
      return true;
    },
    get: async (id) => schedules.get(id) ?? null,
    all: async () => [...schedules.values()],
    change: async (id, fromVersion, change, told) => set(id, fromVersion, change, told),
    async remove(id, fromVersion, told) {
      if (schedules.get(id)?.version !== fromVersion) return false;
      tell(told);
      return schedules.delete(id);
    },
    async sweep(id, fromVersion, sweptUntil, found, told) {
      const swept = set(id, fromVersion, { sweptUntil }, told);
      if (swept) for (const tick of found) if (!ticks.has(keyOf(tick))) put(tick);
      return swept;
    },
    due: async (limit) => [...due.values()].slice(0, limit),
    async settle(tick, end, told) {
      const found = due.get(keyOf(tick));
      if (!found) return false;
      put({ ...found, ...end });
      tell(told);
      return true;
    },
    latestTicks: async (id, limit) =>
      [...ticks.values()]
        .filter(({ scheduleId }) => scheduleId === id)
        .sort((a, b) => b.dueAt.getTime() - a.dueAt.getTime())
        .slice(0, limit),
    ticksBetween: async (from, to, limit) =>
      [...ticks.values()].filter(({ dueAt }) => dueAt >= from && dueAt < to).slice(0, limit),
    tickOf: async (requestId) => [...ticks.values()].find((tick) => tick.requestId === requestId) ?? null,
  };
}
