import type { Conversation } from '../chat.ts';
import type { TrailEntry } from '../trail/trail-store.ts';
import type { NewCard } from './card-store.ts';

/** What is done about a due time that nobody was there for: asked for late within `lateMinutes`, or only reported. */
export const missedWays = ['run-late', 'report'] as const;

/** One of `missedWays`. */
export type MissedWay = (typeof missedWays)[number];

/** Days on which nothing is done, both included, as clocks in the schedule's zone show them: `2026-12-24`. */
export interface Blackout {
  readonly from: string;
  readonly to: string;
}

/** What people say of a schedule. */
export interface ScheduleTerms {
  /** The command that each tick asks for, without `/oob`. */
  readonly commandText: string;
  /** Five fields as in crontab(5). */
  readonly cron: string;
  /** IANA zone that the fields and blackouts are meant in. */
  readonly timeZone: string;
  /** Principal id; each tick asks in this person's name. */
  readonly owner: string;
  /** Where it asks, and where results and notices go. */
  readonly conversation: Conversation;
  /** Reason of each request; null: none. */
  readonly reason: string | null;
  readonly missed: MissedWay;
  /** How late a due time may still be asked for; counts with `run-late`. */
  readonly lateMinutes: number;
  readonly blackouts: readonly Blackout[];
}

/** Who paused a schedule, and why. `by` is `service` when it did so itself. */
export interface SchedulePause {
  readonly at: Date;
  readonly by: string;
  readonly reason: string;
}

/** A command that is asked for again and again. */
export interface Schedule extends ScheduleTerms {
  /** Slug that people refer to. */
  readonly id: string;
  /** Rises by one with each change: compare-and-set key. */
  readonly version: number;
  /** `config`: stands in the configuration, and can only be paused from chat. */
  readonly source: 'chat' | 'config';
  /** Null while it is on. */
  readonly pause: SchedulePause | null;
  readonly createdAt: Date;
  /** Every due time up to here has its tick; those after are still to be found. */
  readonly sweptUntil: Date;
}

/**
 * Life of a tick: `due` (to be asked for), then one end: `asked` in time, `late` (asked for after its time), `refused` (by policy or
 * because the command no longer holds), `missed` (nobody was there in time), `skipped` (paused or a blackout).
 */
export const tickStates = ['due', 'asked', 'late', 'refused', 'missed', 'skipped'] as const;

/** One of `tickStates`. */
export type TickState = (typeof tickStates)[number];

/** One due time of a schedule. There is one per schedule and instant, whatever happens. */
export interface Tick {
  readonly scheduleId: string;
  readonly dueAt: Date;
  readonly state: TickState;
  /** Id that its request has, when there is one (`asked`, `late`); kept beforehand so that it can't be made twice. */
  readonly requestId: string;
  /** Reason code of `refused`, `missed` and `skipped`; null for the others. */
  readonly code: string | null;
  /** When the state was set. */
  readonly at: Date;
}

/** What a transition sets. */
export interface TickEnd extends Pick<Tick, 'code' | 'at'> {
  readonly state: Exclude<TickState, 'due'>;
}

/** Fields of a schedule that may be changed. */
export type ScheduleChange = Partial<ScheduleTerms> & {
  readonly pause?: SchedulePause | null;
  readonly source?: Schedule['source'];
  readonly sweptUntil?: Date;
};

/** What is written together with a change: messages that are posted once, and entries of the trail. */
export interface Told {
  readonly notices: readonly NewCard[];
  readonly trail: readonly TrailEntry[];
}

/** Schedules and their ticks. Each change is a compare-and-set, with what is told of it in the same transaction. */
export interface ScheduleStore {
  /** False, and nothing stored, when there is one of that id. */
  add(schedule: Omit<Schedule, 'version'>, told: Told): Promise<boolean>;
  get(id: string): Promise<Schedule | null>;
  /** By id. */
  all(): Promise<readonly Schedule[]>;
  /** Null, and nothing stored, when the version is no longer `fromVersion`. */
  change(id: string, fromVersion: number, change: ScheduleChange, told: Told): Promise<Schedule | null>;
  /** Its ticks are kept. False when the version is no longer `fromVersion`. */
  remove(id: string, fromVersion: number, told: Told): Promise<boolean>;
  /**
   * Stores the ticks found up to `sweptUntil`. A tick that is there already stays as it is. Null, and nothing stored, when the version
   * is no longer `fromVersion`: another replica found them.
   */
  sweep(
    id: string,
    fromVersion: number,
    sweptUntil: Date,
    ticks: readonly Tick[],
    told: Told,
  ): Promise<Schedule | null>;
  /** Ticks in state `due`, oldest first. */
  due(limit: number): Promise<readonly Tick[]>;
  /** Ends a tick that still is `due`; false, and nothing stored, when it is not. */
  settle(tick: Pick<Tick, 'scheduleId' | 'dueAt'>, end: TickEnd, told: Told): Promise<boolean>;
  /** Last ticks of a schedule, newest first. */
  latestTicks(id: string, limit: number): Promise<readonly Tick[]>;
  /** Ticks due at or after `from` and before `to`, of all schedules, oldest first. */
  ticksBetween(from: Date, to: Date, limit: number): Promise<readonly Tick[]>;
  /** The tick whose request has this id. */
  tickOf(requestId: string): Promise<Tick | null>;
}
