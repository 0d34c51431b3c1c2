/** Audit logs of devices and their hardware, kept after the devices have forgotten or cannot be asked. */
export const deviceLogs = {
  name: '003-device-logs',
  sql: `
create table oob.audit_log_reading (
  id text primary key,
  position bigint generated always as identity unique,
  device_id text collate "C" not null,
  at timestamptz not null,
  purpose text not null check (purpose in ('pull', 'export')),
  records integer not null,
  last_record_at timestamptz,
  hash text not null
);
create index audit_log_export on oob.audit_log_reading (device_id, position) where purpose = 'export';

-- What was logged twice in the same second has the same bytes: told apart by its number among them.
create table oob.audit_log_record (
  device_id text collate "C" not null,
  digest bytea not null,
  occurrence integer not null,
  position bigint generated always as identity,
  reading_id text not null references oob.audit_log_reading,
  log_index integer not null,
  at timestamptz not null,
  app_id integer not null,
  event_id integer not null,
  app text not null,
  event text not null,
  initiator jsonb not null,
  address text,
  details jsonb not null,
  raw text not null,
  primary key (device_id, digest, occurrence)
);
create index audit_log_record_by_time on oob.audit_log_record (device_id, at, log_index, position);

create table oob.device_assets (
  device_id text collate "C" primary key,
  at timestamptz not null,
  assets jsonb not null
);
`,
} as const;
