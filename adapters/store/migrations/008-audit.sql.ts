/** Refusals counted by the hour; what devices recorded held against what was done to them; since when a device is ours. */
export const audit = {
  name: '008-audit',
  sql: `
-- Refusals by actor and hour, the strangers' sum under an actor of its own: so many are entries of the trail, the others a count.
create table oob.refusal_count (
  actor text collate "C" not null,
  hour timestamptz not null,
  refused integer not null,
  entered integer not null,
  -- The entry that says that from here on it is a count.
  is_flood boolean not null default false,
  primary key (actor, hour)
);
create index refusal_count_by_hour on oob.refusal_count (hour);

-- From then on the service answers for what is done to a device. For those that are here already: from now on.
alter table oob.device add column added_at timestamptz not null default now();

alter table oob.task
  add column credential text,
  add column first_claimed_at timestamptz;
create index task_by_device on oob.task (device_id, claimed_at) where attempt > 0;

-- A record is held against what was done once: judged_at. run_id is the run that it is the trace of.
alter table oob.audit_log_record
  add column judged_at timestamptz,
  add column run_id text;
create index audit_log_record_unjudged on oob.audit_log_record (device_id) where judged_at is null;
create index audit_log_record_of_run on oob.audit_log_record (device_id, run_id) where run_id is not null;

create table oob.device_finding (
  id text primary key,
  position bigint generated always as identity unique,
  device_id text collate "C" not null,
  -- What it is about, so that it is found once: a record's digest, or a run.
  subject text not null,
  kind text not null check (kind in ('unknown_to_service', 'missing_on_device')),
  found_at timestamptz not null,
  at timestamptz not null,
  app_id integer,
  event_id integer,
  what text not null,
  initiator jsonb,
  address text,
  request_id text,
  accepted_at timestamptz,
  accepted_by text,
  accepted_reason text,
  unique (device_id, subject),
  check ((accepted_at is null) = (accepted_by is null) and (accepted_at is null) = (accepted_reason is null))
);
create index device_finding_open on oob.device_finding (position) where accepted_at is null;
`,
} as const;
