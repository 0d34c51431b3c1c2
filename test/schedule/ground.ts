import type { Refusal, Wish } from '../../src/approvals/wish.ts';
import { commandSpecs } from '../../src/commands/index.ts';
import { createPeople, type Principal } from '../../src/identity/people.ts';
import type { Schedule } from '../../src/ports/store/schedule-store.ts';
import { createScheduling } from '../../src/schedule/scheduling.ts';
import { createTicker, type Ticker, type TickerDeps } from '../../src/schedule/ticker.ts';
import type { SiteLead } from '../../src/schedule/wake-leads.ts';
import { itOps } from '../support/fixtures.ts';
import { createMemorySchedules } from './memory-schedules.ts';

/** A person who may do everything. */
export const olga: Principal = { id: 'olga', name: 'Olga Operator', roles: ['operator'], accounts: [] };

/** A schedule that wakes a site at two. */
export function scheduleOf(over: Partial<Schedule> = {}): Omit<Schedule, 'version'> {
  const start = new Date('2027-01-01T00:00:00Z');
  return {
    id: 'night',
    commandText: 'poweron site:lyon',
    cron: '0 2 * * *',
    timeZone: 'UTC',
    owner: 'olga',
    conversation: itOps,
    reason: null,
    missed: 'report',
    lateMinutes: 30,
    blackouts: [],
    source: 'chat',
    pause: null,
    createdAt: start,
    sweptUntil: start,
    ...over,
  };
}

/** Schedules with a clock that a test sets, people who come and go, and requests that are only counted. */
export function createGround(start = '2027-01-01T00:00:00Z', leads: readonly SiteLead[] = []) {
  const schedules = createMemorySchedules();
  const requests = new Map<string, Wish>();
  const asked: { readonly at: Date; readonly wish: Wish }[] = [];
  const considered: { readonly at: Date; readonly wish: Wish }[] = [];
  const errors: unknown[] = [];
  let now = new Date(start);
  let people: readonly Principal[] = [olga];
  let answer: () => Refusal | null = () => null;
  let decision: unknown = { verdict: 'allow' };
  let ids = 0;
  const quiet = () => {};
  const logger = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: ({ error }: { error?: unknown }) => void errors.push(error),
  };
  // Only what the room looks at; the rest of a store and of requests is not needed here.
  const deps = {
    store: {
      schedules,
      requests: { get: async (id: string) => requests.get(id) ?? null },
    },
    requests: {
      async ask(wish: Wish) {
        const refused = answer();
        if (refused) return refused;
        const id = wish.id ?? `req_${++ids}`;
        // As the database does: of two with one id the first is kept.
        if (!requests.has(id)) {
          requests.set(id, wish);
          asked.push({ at: now, wish });
        }
        return { ok: true, requestId: id, waits: false };
      },
      async consider(wish: Wish, at?: Date) {
        considered.push({ at: at ?? now, wish });
        return answer() ?? { ok: true, decision };
      },
    },
    commands: commandSpecs,
    people: () => createPeople(people),
    policy: () => ({ roles: [{ id: 'chief', allow: [], approve: [], administrator: true }] }),
    refresh: async () => {},
    clock: { now: () => now, sleep: async () => {} },
    newId: (prefix: string) => `${prefix}_${++ids}`,
    timeZone: 'UTC',
    logger,
    leastMinutes: 5,
    placeOf: (conversation: Wish['conversation']) => conversation,
    configured: [],
    leads: async () => leads,
  } as unknown as TickerDeps & Parameters<typeof createScheduling>[0];
  const ticker: Ticker = createTicker(deps);
  return {
    deps,
    schedules,
    requests,
    asked,
    considered,
    errors,
    ticker,
    /** A ticker of another process on the same store. */
    replica: () => createTicker(deps),
    /** People's side of the room. */
    room: createScheduling(deps).schedules,
    at: (instant: string | Date) => {
      now = new Date(instant);
    },
    now: () => now,
    have: (...principals: readonly Principal[]) => {
      people = principals;
    },
    /** What asking comes to; null: it is taken. */
    answers: (with_: () => Refusal | null) => {
      answer = with_;
    },
    /** What the policy says of what is considered; at first that nobody has to agree. */
    decides: (with_: unknown) => {
      decision = with_;
    },
    add: async (over: Partial<Schedule> = {}) => {
      await schedules.add(scheduleOf(over), { notices: [], trail: [] });
    },
    /** Sets the clock and looks. */
    async sweepAt(instant: string | Date) {
      now = new Date(instant);
      await ticker.sweep();
    },
    /** `2027-01-02T02:00 asked`, oldest first. */
    ticks: async (id = 'night') =>
      (await schedules.latestTicks(id, 1_000_000))
        .map((tick) => `${tick.dueAt.toISOString().slice(0, 16)} ${tick.state}${tick.code ? ` ${tick.code}` : ''}`)
        .reverse(),
    titles: () => schedules.notices.map(({ view }) => view?.title),
    trail: () => schedules.trail.map(({ kind, actor }) => `${kind} by ${actor}`),
  };
}
