/** Digests: what is known of each PC, how the fleet stood, which digest covers what, and posts that must arrive once. */
export const digests = {
  name: '010-digests',
  sql: `
-- What status and comparisons with the profile said last.
create table oob.device_standing (
  device_id text collate "C" primary key,
  status_at timestamptz,
  provisioning text,
  control_mode text,
  certificate_expires_at timestamptz,
  audit_log_full_percent integer,
  compared_at timestamptz,
  drifts integer,
  -- The count before the last change of it, and when that was seen; null when it was compared for the first time.
  drifts_before integer,
  drifts_changed_at timestamptz
);
create index device_standing_by_certificate on oob.device_standing (certificate_expires_at) where certificate_expires_at is not null;
create index device_standing_by_audit_log on oob.device_standing (audit_log_full_percent) where audit_log_full_percent is not null;
create index device_standing_drifting on oob.device_standing (device_id) where drifts > 0;

-- How the fleet stood at a moment: one row per site.
create table oob.fleet_snapshot (
  taken_at timestamptz not null,
  site text not null,
  counts jsonb not null,
  primary key (taken_at, site)
);

-- One row per digest of the configuration. A due time is done when covered_until has reached it: of many replicas one gets there.
create table oob.digest (
  id text primary key,
  covered_until timestamptz not null
);

create table oob.post (
  id text primary key,
  position bigint generated always as identity,
  subject text not null,
  -- Platform, tenant and channel: one post at a time goes to each.
  place text not null,
  conversation jsonb not null,
  fallback jsonb,
  below text references oob.post,
  view jsonb not null,
  state text not null check (state in ('waiting', 'posting', 'posted', 'lost')),
  moved jsonb,
  created_at timestamptz not null,
  failures integer not null default 0,
  retry_at timestamptz,
  leased_until timestamptz,
  address jsonb,
  ended_at timestamptz,
  check ((state = 'posting') = (leased_until is not null)),
  check ((state in ('posted', 'lost')) = (ended_at is not null))
);
create index post_open on oob.post (position) where state in ('waiting', 'posting');
create index post_below on oob.post (below) where below is not null;
create index run_by_start on oob.run (started_at);
`,
} as const;
