import type { Requests } from '../approvals/requests.ts';
import type { Command } from '../commands/command-spec.ts';
import type { People } from '../identity/people.ts';
import { alarmsRefusedNotice } from '../messages/schedules/notices.ts';
import type { OperationName } from '../operations/operation.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Schedule } from '../ports/store/schedule-store.ts';
import type { Store } from '../ports/store/store.ts';
import { alarmBackup } from '../wake/alarm-backup.ts';
import { alarmRequestId } from './alarm-ids.ts';
import { isBlackedOut } from './calendar/blackouts.ts';
import { parseCron } from './calendar/cron.ts';
import { nextDue } from './calendar/due-times.ts';
import { readScheduled } from './scheduled-command.ts';
import type { WakeLeads } from './wake-leads.ts';

/** Alarm clocks of one or more sites for the next due time of a schedule. */
export interface PlannedAlarm {
  readonly sites: readonly string[];
  /** When they ring. */
  readonly at: Date;
  /** When they are set, or were. */
  readonly setFrom: Date;
  /** The request that set them; null: it has not been asked for yet. */
  readonly requestId: string | null;
}

/** Alarm clocks that turn PCs on for a schedule though they lose the network meanwhile. */
export interface AlarmBackups {
  /** Asks for what is to be set by now, each once, in the name of the schedule's owner. Safe to call at any moment, by any replica. */
  sweep(): Promise<void>;
  /** The same for one schedule. Never rejects: what fails is asked for at the next sweep. */
  set(schedule: Schedule): Promise<void>;
  /** Takes back what was set for the next due time; without its owner nothing is. */
  clear(schedule: Schedule): Promise<void>;
  /** What is planned for the next due time. */
  planned(schedule: Schedule): Promise<readonly PlannedAlarm[]>;
}

/**
 * Half a day before: the evening before a wake-up in the morning, the morning before one at night. Later a PC may have lost the network
 * already; earlier more of what is set would have to be taken back when a schedule changes.
 */
const aheadMs = 12 * 60 * 60_000;
const mostTurns = 20;
const searched = 50;

/** What `createAlarmBackups` is made from. */
export interface AlarmBackupDeps {
  readonly store: Pick<Store, 'schedules' | 'requests' | 'cards'>;
  readonly requests: Pick<Requests, 'ask'>;
  readonly leads: WakeLeads;
  readonly commands: readonly Command[];
  readonly people: () => People;
  readonly clock: Pick<Clock, 'now'>;
  readonly timeZone: string;
  readonly logger: Logger;
}

interface Part extends Omit<PlannedAlarm, 'requestId'> {
  readonly dueAt: Date;
  readonly part: number;
  readonly name: string;
  readonly targetWords: readonly string[];
}

/** The next due time that is no day of rest; null: there is none. */
function nextWanted({ cron, timeZone, blackouts }: Schedule, now: Date): Date | null {
  const parsed = parseCron(cron);
  const times = parsed.ok ? nextDue(parsed.cron, timeZone, now, searched) : [];
  return times.find((dueAt) => !isBlackedOut(dueAt, timeZone, blackouts)) ?? null;
}

/** Makes what sets and clears them. */
export function createAlarmBackups(deps: AlarmBackupDeps): AlarmBackups {
  const { store, clock, commands, timeZone, logger } = deps;
  /** Requests that were refused: asked for again after a restart only. */
  const refused = new Set<string>();

  async function partsOf(schedule: Schedule): Promise<readonly Part[]> {
    const now = clock.now();
    const leads = await deps.leads(schedule);
    if (leads.every(({ alarmMinutes }) => alarmMinutes === null)) return [];
    const dueAt = nextWanted(schedule, now);
    const read = readScheduled(schedule.commandText, commands, now, timeZone);
    if (dueAt === null || !read.ok) return [];
    const groups = [...Map.groupBy(leads, ({ alarmMinutes }) => alarmMinutes)].sort(
      ([a], [b]) => (b ?? -1) - (a ?? -1),
    );
    return groups.flatMap(([alarmBackupMinutes, members], part) => {
      const alarm = alarmBackup(dueAt, now, { alarmBackupMinutes }, schedule.id);
      if (!alarm) return [];
      const sites = members.map(({ site }) => site);
      const others = leads.filter((lead) => lead.alarmMinutes !== alarmBackupMinutes);
      const targetWords = [...read.command.targetWords, ...others.flatMap(({ site }) => ['-', `site:${site}`])];
      const setFrom = new Date(dueAt.getTime() - aheadMs);
      return [{ dueAt, part, sites, at: new Date(alarm.at), name: alarm.name, setFrom, targetWords }];
    });
  }

  /** The turn that counts now, and whether it has been asked for. */
  async function turnOf(schedule: Schedule, { dueAt, part }: Part) {
    for (let turn = 0; turn < mostTurns; turn += 1) {
      const id = (step: 'set' | 'clear') => alarmRequestId({ scheduleId: schedule.id, dueAt, step, part, turn });
      const isSet = (await store.requests.get(id('set'))) !== null;
      const isCleared = isSet && (await store.requests.get(id('clear'))) !== null;
      if (!isCleared) return { setId: id('set'), clearId: id('clear'), isSet };
    }
    return null;
  }

  async function ask(schedule: Schedule, part: Part, id: string, operation: OperationName) {
    const owner = deps.people().byId(schedule.owner);
    if (!owner || owner.roles.length === 0 || refused.has(id)) return;
    const isSetting = operation === 'set-alarm';
    const words = part.targetWords.join(' ');
    const asked = await deps.requests.ask({
      id,
      principal: owner,
      conversation: schedule.conversation,
      commandText: isSetting
        ? `alarm set ${words} "${part.at.toISOString()}" --name "${part.name}"`
        : `alarm clear ${words} "${part.name}"`,
      operation,
      parameters: isSetting ? { name: part.name, at: part.at.toISOString() } : { name: part.name },
      targetWords: part.targetWords,
      reason: `schedule ${schedule.id}: ${isSetting ? 'in case PCs lose the network before' : 'no longer wanted'}`,
    });
    if (asked.ok) return;
    refused.add(id);
    const view = alarmsRefusedNotice(schedule, isSetting, asked.code, asked.details);
    // The same id at every replica, so that it is told once.
    await store.cards.add({
      ...{ id: id.replace('req_', 'card_'), requestId: null, kind: 'notice', view },
      conversation: schedule.conversation,
    });
  }

  async function setFor(schedule: Schedule): Promise<void> {
    if (schedule.pause) return;
    for (const part of await partsOf(schedule)) {
      if (clock.now() < part.setFrom) continue;
      const turn = await turnOf(schedule, part);
      if (turn && !turn.isSet) await ask(schedule, part, turn.setId, 'set-alarm');
    }
  }

  const set = (schedule: Schedule) =>
    setFor(schedule).catch((error: unknown) =>
      logger.error({ error, schedule: schedule.id }, 'alarm clocks could not be asked for, trying again'),
    );

  return {
    set,
    async sweep() {
      for (const schedule of await store.schedules.all()) await set(schedule);
    },
    async clear(schedule) {
      for (const part of await partsOf(schedule)) {
        const turn = await turnOf(schedule, part);
        if (turn?.isSet) await ask(schedule, part, turn.clearId, 'clear-alarm');
      }
    },
    async planned(schedule) {
      if (schedule.pause) return [];
      const parts = await partsOf(schedule);
      return Promise.all(
        parts.map(async (part) => {
          const turn = await turnOf(schedule, part);
          return { sites: part.sites, at: part.at, setFrom: part.setFrom, requestId: turn?.isSet ? turn.setId : null };
        }),
      );
    },
  };
}
