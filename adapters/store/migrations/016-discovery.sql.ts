/** Discovery: scans of address ranges, what they found, what each PC is to us and was before, and log-ins that were tried. */
export const discovery = {
  name: '016-discovery',
  sql: `
create table oob.scan (
  id text collate "C" primary key,
  range_id text not null,
  cidr text not null,
  size integer not null,
  asked_by text not null,
  conversation jsonb not null,
  card_id text not null,
  stop_action text not null,
  add_action text not null,
  started_at timestamptz not null,
  -- Addresses that are done, from the first on: after a crash it goes on there.
  cursor integer not null default 0,
  foreign_controllers integer not null default 0,
  stop_by text,
  ended_at timestamptz,
  disappeared jsonb not null default '[]',
  added_by text,
  check (cursor between 0 and size)
);
-- One scan of a range at a time.
create unique index scan_open on oob.scan (range_id) where ended_at is null;

create table oob.scan_find (
  scan_id text collate "C" not null references oob.scan on delete cascade,
  address text not null,
  found jsonb not null,
  primary key (scan_id, address)
);

create table oob.amt_status (
  device_id text collate "C" primary key,
  status text not null,
  sub_state text,
  because text not null,
  at timestamptz not null,
  since timestamptz not null
);
create index amt_status_by_status on oob.amt_status (status);

create table oob.amt_status_change (
  device_id text collate "C" not null,
  at timestamptz not null,
  status text not null,
  sub_state text,
  because text not null,
  primary key (device_id, at)
);

-- Never a password: only that this credential was tried at this address.
create table oob.log_in_try (
  address text not null,
  at timestamptz not null,
  credential text not null
);
create index log_in_try_by_address on oob.log_in_try (address, at);
`,
} as const;
