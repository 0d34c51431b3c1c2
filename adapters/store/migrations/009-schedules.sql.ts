/** Schedules and their due times; messages that are about no request. */
export const schedules = {
  name: '009-schedules',
  sql: `
create table oob.schedule (
  id text primary key,
  version integer not null,
  source text not null check (source in ('chat', 'config')),
  command_text text not null,
  cron text not null,
  time_zone text not null,
  owner text not null,
  conversation jsonb not null,
  reason text,
  missed text not null check (missed in ('run-late', 'report')),
  late_minutes integer not null,
  blackouts jsonb not null,
  pause jsonb,
  created_at timestamptz not null,
  swept_until timestamptz not null
);

-- Not bound to the schedule: what was due stays on record when the schedule is gone.
create table oob.schedule_tick (
  schedule_id text not null,
  due_at timestamptz not null,
  state text not null check (state in ('due', 'asked', 'late', 'refused', 'missed', 'skipped')),
  request_id text not null unique,
  code text,
  at timestamptz not null,
  primary key (schedule_id, due_at)
);
create index schedule_tick_due on oob.schedule_tick (due_at) where state = 'due';
create index schedule_tick_by_time on oob.schedule_tick (due_at);

alter table oob.card
  alter column request_id drop not null,
  add constraint card_request_check check (request_id is not null or kind = 'notice');
`,
} as const;
