import type { Conversation } from '../../src/ports/chat.ts';
import type {
  Blackout,
  MissedWay,
  Schedule,
  SchedulePause,
  ScheduleStore,
  Tick,
  TickState,
  Told,
} from '../../src/ports/store/schedule-store.ts';
import { insertCard } from './cards.ts';
import type { Database, Sql } from './database/connection.ts';
import { storableJson, storableText, storableTextOrNull } from './database/json.ts';
import { appendToTrail } from './trail/trail.ts';

interface ScheduleRow {
  id: string;
  version: number;
  source: Schedule['source'];
  command_text: string;
  cron: string;
  time_zone: string;
  owner: string;
  conversation: Conversation;
  reason: string | null;
  missed: MissedWay;
  late_minutes: number;
  blackouts: Blackout[];
  /** As in SchedulePause, the instant in ISO 8601. */
  pause: (Omit<SchedulePause, 'at'> & { readonly at: string }) | null;
  created_at: Date;
  swept_until: Date;
}

interface TickRow {
  schedule_id: string;
  due_at: Date;
  state: TickState;
  request_id: string;
  code: string | null;
  at: Date;
}

function scheduleOf(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    version: row.version,
    source: row.source,
    commandText: row.command_text,
    cron: row.cron,
    timeZone: row.time_zone,
    owner: row.owner,
    conversation: row.conversation,
    reason: row.reason,
    missed: row.missed,
    lateMinutes: row.late_minutes,
    blackouts: row.blackouts,
    pause: row.pause && { ...row.pause, at: new Date(row.pause.at) },
    createdAt: row.created_at,
    sweptUntil: row.swept_until,
  };
}

const tickOf = ({ schedule_id: scheduleId, due_at: dueAt, request_id: requestId, ...same }: TickRow): Tick => ({
  scheduleId,
  dueAt,
  requestId,
  ...same,
});

/** Schedules in oob.schedule, their due times in oob.schedule_tick. */
export function createScheduleStore(database: Database): ScheduleStore {
  async function ticks(tail: string, values: readonly unknown[]): Promise<readonly Tick[]> {
    const { rows } = await database.query<TickRow>(`select * from oob.schedule_tick ${tail}`, values);
    return rows.map(tickOf);
  }

  return {
    add: (schedule, told) =>
      database.transaction(async (sql) => {
        const { count } = await sql.query(insertScheduleSql, [schedule.id, ...valuesOf(schedule), schedule.createdAt]);
        if (count === 0) return false;
        await tell(sql, told);
        return true;
      }),

    async get(id) {
      const { rows } = await database.query<ScheduleRow>('select * from oob.schedule where id = $1', [id]);
      return rows[0] ? scheduleOf(rows[0]) : null;
    },

    async all() {
      const { rows } = await database.query<ScheduleRow>('select * from oob.schedule order by id');
      return rows.map(scheduleOf);
    },

    change: (id, fromVersion, change, told) =>
      database.transaction(async (sql) => {
        const { rows } = await sql.query<ScheduleRow>(
          'select * from oob.schedule where id = $1 and version = $2 for update',
          [id, fromVersion],
        );
        if (!rows[0]) return null;
        const changed = { ...scheduleOf(rows[0]), ...change, version: fromVersion + 1 };
        await sql.query(updateScheduleSql, [id, ...valuesOf(changed)]);
        await tell(sql, told);
        return changed;
      }),

    remove: (id, fromVersion, told) =>
      database.transaction(async (sql) => {
        const { count } = await sql.query('delete from oob.schedule where id = $1 and version = $2', [id, fromVersion]);
        if (count === 0) return false;
        await tell(sql, told);
        return true;
      }),

    sweep: (id, fromVersion, sweptUntil, found, told) =>
      database.transaction(async (sql) => {
        const { rows } = await sql.query<ScheduleRow>(
          'update oob.schedule set version = version + 1, swept_until = $3 where id = $1 and version = $2 returning *',
          [id, fromVersion, sweptUntil],
        );
        if (!rows[0]) return null;
        await sql.query(insertTicksSql, [id, storableJson(found)]);
        await tell(sql, told);
        return scheduleOf(rows[0]);
      }),

    due: (limit) => ticks(`where state = 'due' order by due_at, schedule_id limit $1`, [limit]),

    settle: ({ scheduleId, dueAt }, end, told) =>
      database.transaction(async (sql) => {
        const { count } = await sql.query(
          `update oob.schedule_tick set state = $3, code = $4, at = $5 where schedule_id = $1 and due_at = $2 and state = 'due'`,
          [scheduleId, dueAt, end.state, storableTextOrNull(end.code), end.at],
        );
        if (count === 0) return false;
        await tell(sql, told);
        return true;
      }),

    latestTicks: (id, limit) => ticks('where schedule_id = $1 order by due_at desc limit $2', [id, limit]),
    ticksBetween: (from, to, limit) =>
      ticks('where due_at >= $1 and due_at < $2 order by due_at, schedule_id limit $3', [from, to, limit]),

    async tickOf(requestId) {
      return (await ticks('where request_id = $1', [requestId]))[0] ?? null;
    },
  };
}

/** The trail last: from there to the commit nobody else can append. */
async function tell(sql: Sql, { notices, trail }: Told): Promise<void> {
  for (const notice of notices) await insertCard(sql, notice);
  await appendToTrail(sql, trail);
}

const columns = `source, command_text, cron, time_zone, owner, conversation, reason, missed, late_minutes, blackouts, pause, swept_until`;

function valuesOf(schedule: Omit<Schedule, 'id' | 'version' | 'createdAt'>): readonly unknown[] {
  return [
    schedule.source,
    storableText(schedule.commandText),
    storableText(schedule.cron),
    schedule.timeZone,
    schedule.owner,
    storableJson(schedule.conversation),
    storableTextOrNull(schedule.reason),
    schedule.missed,
    schedule.lateMinutes,
    storableJson(schedule.blackouts),
    schedule.pause && storableJson(schedule.pause),
    schedule.sweptUntil,
  ];
}

const insertScheduleSql = `
  insert into oob.schedule (version, id, ${columns}, created_at)
  values (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing`;

const updateScheduleSql = `
  update oob.schedule set version = version + 1,
    (${columns}) = ($2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11::jsonb, $12::jsonb, $13::timestamptz)
  where id = $1`;

const insertTicksSql = `
  insert into oob.schedule_tick (schedule_id, due_at, state, request_id, code, at)
  select $1, "dueAt", state, "requestId", code, at
  from json_to_recordset($2::json) as tick("dueAt" timestamptz, state text, "requestId" text, code text, at timestamptz)
  on conflict do nothing`;
