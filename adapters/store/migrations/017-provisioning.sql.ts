/** Provisioning: how far each device has come, its own passwords (sealed), and since when imports leave alone how it is reached. */
export const provisioning = {
  name: '017-provisioning',
  sql: `
alter table oob.device add column managed_at timestamptz;

-- Refers to no device: an inventory that is thinned out must not take the only copy of a password with it.
create table oob.device_secret (
  device_id text collate "C" not null,
  kind text collate "C" not null check (kind in ('administrator', 'mebx', 'directory')),
  standing text collate "C" not null check (standing in ('proposed', 'in_force', 'former')),
  sealed jsonb not null,
  set_at timestamptz not null,
  primary key (device_id, kind, standing)
);
create index device_secret_by_age on oob.device_secret (set_at, device_id) where kind = 'administrator' and standing = 'in_force';

-- One row, sealed with the key that the passwords are sealed with: another key is known before anything is done with it.
create table oob.sealing_proof (
  id integer primary key default 1 check (id = 1),
  sealed jsonb not null
);

create table oob.provisioning (
  device_id text collate "C" primary key,
  mode text not null check (mode in ('remote', 'in-band')),
  state text not null check (state in ('under-way', 'awaiting-agent', 'stopped', 'provisioned', 'removing', 'removed')),
  version integer not null,
  request_id text,
  done text[] not null,
  attempt_step text,
  attempt_at timestamptz,
  facts jsonb not null,
  failure jsonb,
  started_at timestamptz not null,
  changed_at timestamptz not null,
  check ((attempt_step is null) = (attempt_at is null))
);
create index provisioning_by_state on oob.provisioning (state);
`,
} as const;
