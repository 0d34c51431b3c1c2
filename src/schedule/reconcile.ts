import { isDeepStrictEqual } from 'node:util';
import type { Conversation } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Schedule, ScheduleTerms } from '../ports/store/schedule-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { TrailKind } from '../ports/trail/trail-store.ts';
import type { Ticker } from './ticker.ts';

/** A schedule as the configuration has it. */
export interface ConfiguredSchedule extends ScheduleTerms {
  readonly id: string;
}

const mostTurns = 10;

/**
 * Makes what is stored as the configuration says: adds, changes, removes; each is in the trail. A pause stays, and so do schedules from
 * chat, but for one of the same name: then the configuration counts. Times that passed under the old terms are reported as missed.
 */
export async function reconcileSchedules(
  configured: readonly ConfiguredSchedule[],
  deps: {
    readonly store: Store;
    readonly ticker: Pick<Ticker, 'find'>;
    readonly clock: Clock;
    readonly placeOf: (conversation: Conversation) => Conversation;
  },
): Promise<void> {
  const { schedules } = deps.store;
  const told = (kind: TrailKind, id: string, data: Record<string, unknown>) => ({
    notices: [],
    trail: [
      {
        at: deps.clock.now(),
        kind,
        actor: 'service',
        requestId: null,
        data: { schedule: id, source: 'config', ...data },
      },
    ],
  });

  /** True when it is as configured afterwards, false when somebody else changed it meanwhile. */
  async function settle({ id, ...given }: ConfiguredSchedule): Promise<boolean> {
    const now = deps.clock.now();
    const terms: ScheduleTerms = { ...given, conversation: deps.placeOf(given.conversation) };
    const found = await schedules.get(id);
    const words = { command: terms.commandText, cron: terms.cron, timeZone: terms.timeZone, owner: terms.owner };
    if (!found) {
      const fresh = { ...terms, id, source: 'config', pause: null, createdAt: now, sweptUntil: now } as const;
      return schedules.add(fresh, told('schedule_added', id, words));
    }
    if (found.source === 'config' && isDeepStrictEqual(termsOf(found), terms)) return true;
    const isOtherTimes = found.cron !== terms.cron || found.timeZone !== terms.timeZone;
    const schedule = isOtherTimes ? await deps.ticker.find(found, now, true) : found;
    const change = { ...terms, source: 'config', ...(isOtherTimes ? { sweptUntil: now } : {}) } as const;
    return (await schedules.change(id, schedule.version, change, told('schedule_changed', id, words))) !== null;
  }

  async function drop({ id }: Schedule): Promise<boolean> {
    const found = await schedules.get(id);
    if (found?.source !== 'config') return true;
    const schedule = await deps.ticker.find(found, deps.clock.now(), true);
    return schedules.remove(id, schedule.version, told('schedule_removed', id, { command: schedule.commandText }));
  }

  async function again(step: () => Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < mostTurns; turn += 1) if (await step()) return;
  }

  const names = new Set(configured.map(({ id }) => id));
  for (const each of configured) await again(() => settle(each));
  for (const each of await schedules.all())
    if (each.source === 'config' && !names.has(each.id)) await again(() => drop(each));
}

function termsOf(schedule: Schedule): ScheduleTerms {
  const { commandText, cron, timeZone, owner, conversation, reason, missed, lateMinutes, blackouts } = schedule;
  return { commandText, cron, timeZone, owner, conversation, reason, missed, lateMinutes, blackouts };
}
