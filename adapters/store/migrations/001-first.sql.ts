/** Tables of the first release. Text is compared byte by byte, so that order and case do not hang on the server's locale. */
export const first = {
  name: '001-first',
  sql: `
create table oob.device (
  id text primary key,
  name text not null,
  name_key text collate "C" not null unique,
  sort_key text collate "C" not null,
  fqdn text,
  host text not null,
  port integer,
  mac text,
  site text not null,
  site_key text collate "C" not null,
  groups text[] not null,
  group_keys text[] not null,
  tls text not null check (tls in ('ca', 'pinned', 'legacy', 'none')),
  certificate_fingerprint text,
  credential text not null,
  power_state integer,
  amt_version text,
  seen_at timestamptz
);
create index device_by_sort_key on oob.device (sort_key, name_key);
create index device_by_site on oob.device (site_key);
create index device_by_group on oob.device using gin (group_keys);

create table oob.request (
  id text primary key,
  position bigint generated always as identity unique,
  version integer not null,
  state text not null check (state in ('waiting', 'approved', 'running', 'done', 'denied', 'expired', 'withdrawn', 'changed')),
  operation text not null,
  parameters jsonb not null,
  command_text text not null,
  target_text text not null,
  reason text,
  requester text not null,
  conversation jsonb not null,
  plan_hash text not null,
  policy_version text not null,
  device_count integer not null,
  sample_names jsonb not null,
  excluded_count integer not null,
  approvals_needed integer not null,
  approvers jsonb not null,
  votes jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  decided_at timestamptz,
  run_id text unique,
  actions jsonb not null
);
create index request_by_requester on oob.request (requester, created_at);
create index request_waiting on oob.request (position) where state = 'waiting';
create index request_approved on oob.request (position) where state = 'approved';

create table oob.request_action (
  action_id text primary key,
  request_id text not null references oob.request,
  verb text not null check (verb in ('approve', 'deny', 'withdraw', 'retry'))
);

create table oob.request_device (
  request_id text not null references oob.request,
  ordinal integer not null,
  device_id text not null,
  name text not null,
  site text not null,
  groups jsonb not null,
  power_state integer,
  primary key (request_id, ordinal)
);

create table oob.request_excluded (
  request_id text not null references oob.request,
  ordinal integer not null,
  device jsonb not null,
  code text not null,
  primary key (request_id, ordinal)
);

create table oob.run (
  id text primary key,
  position bigint generated always as identity unique,
  request_id text not null unique references oob.request,
  state text not null check (state in ('running', 'ended')),
  total integer not null,
  started_at timestamptz not null,
  ended_at timestamptz
);
create index run_unfinished on oob.run (position) where state = 'running';

create table oob.task (
  run_id text not null references oob.run,
  ordinal integer not null,
  device_id text collate "C" not null,
  site text not null,
  state text not null check (state in ('pending', 'running', 'ended')),
  attempt integer not null,
  interrupted boolean not null,
  worker_id text,
  claimed_at timestamptz,
  status text check (status in ('ok', 'failed', 'unknown')),
  code text,
  evidence jsonb,
  facts jsonb,
  power_state integer,
  amt_version text,
  took_ms integer,
  ended_at timestamptz,
  primary key (run_id, device_id),
  check ((state = 'ended') = (status is not null and code is not null and ended_at is not null)),
  check ((state = 'running') = (worker_id is not null))
);
create index task_pending on oob.task (run_id, site, ordinal) where state = 'pending';
create index task_running on oob.task (run_id, worker_id) where state = 'running';
create index task_not_ok on oob.task (run_id) where status <> 'ok';

-- Ended tasks by outcome, kept by the statements that end them, so that progress costs the same for ten devices and for fifty thousand.
create table oob.run_count (
  run_id text not null references oob.run,
  status text not null,
  code text not null,
  tasks integer not null,
  primary key (run_id, status, code)
);

create table oob.device_lock (
  device_id text collate "C" primary key,
  run_id text not null,
  since timestamptz not null
);
create index device_lock_by_run on oob.device_lock (run_id);

create table oob.worker (
  id text primary key,
  seen_at timestamptz not null
);

create table oob.card (
  id text primary key,
  position bigint generated always as identity unique,
  request_id text not null,
  conversation jsonb not null,
  address jsonb,
  shown_hash text,
  shown_at timestamptz,
  stale boolean not null,
  retry_at timestamptz,
  leased_until timestamptz,
  failures integer not null
);
create index card_by_request on oob.card (request_id);
create index card_due on oob.card (position) where stale or leased_until is not null;

create table oob.invocation_key (
  key text primary key,
  seen_at timestamptz not null
);
create index invocation_key_by_age on oob.invocation_key (seen_at);

create table oob.offer (
  action_id text primary key,
  command_text text not null,
  principal text not null,
  offered_at timestamptz not null
);

-- One row: its lock makes change numbers commit in their order, so that a reader who asks for what is newer misses nothing.
create table oob.console_change (
  last bigint not null
);
insert into oob.console_change values (0);

create table oob.console_message (
  number bigint generated always as identity primary key,
  change bigint not null unique,
  channel text not null,
  author text not null,
  visible_to text,
  thread bigint,
  message_text text,
  view jsonb,
  at timestamptz not null,
  edited_at timestamptz
);
create index console_message_by_change on oob.console_message (channel, change);
create index console_message_by_number on oob.console_message (channel, number);

create table oob.trail (
  sequence bigint primary key,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  request_id text,
  data jsonb not null,
  previous_hash text not null unique,
  hash text not null unique
);

create function oob.refuse_trail_change() returns trigger language plpgsql as $$
begin
  raise exception 'the trail is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end
$$;
create trigger trail_rows_stay before update or delete on oob.trail
  for each row execute function oob.refuse_trail_change();
create trigger trail_stays before truncate on oob.trail
  for each statement execute function oob.refuse_trail_change();
-- ALWAYS: session_replication_role = replica must not switch them off.
alter table oob.trail enable always trigger trail_rows_stay;
alter table oob.trail enable always trigger trail_stays;
`,
} as const;
