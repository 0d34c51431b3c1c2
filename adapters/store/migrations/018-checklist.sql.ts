/** The checklist: what each step of each site came to last, how that changed, who answers for what, and when it was verified. */
export const checklist = {
  name: '018-checklist',
  sql: `
create table oob.checklist_finding (
  site_key text collate "C" not null,
  step text collate "C" not null,
  site text not null,
  status text not null check (status in ('pass', 'warn', 'fail', 'unknown', 'not_applicable')),
  evidence jsonb not null,
  measured_at timestamptz not null,
  expires_at timestamptz not null,
  since timestamptz not null,
  -- Null: never measured.
  is_red boolean,
  primary key (site_key, step)
);

create table oob.checklist_change (
  site_key text collate "C" not null,
  step text collate "C" not null,
  at timestamptz not null,
  status text not null,
  primary key (site_key, step, at)
);

create table oob.attestation (
  id text primary key,
  site_key text collate "C" not null,
  site text not null,
  step text collate "C" not null,
  checks jsonb not null,
  by_person text not null,
  reason text not null,
  at timestamptz not null,
  until timestamptz not null
);
create index attestation_by_site on oob.attestation (site_key, until);

create table oob.checklist_site (
  site_key text collate "C" primary key,
  verified_at timestamptz not null
);

-- One row: up to when due times of re-verification have been seen to.
create table oob.checklist_sweep (
  only_row boolean primary key default true check (only_row),
  swept_until timestamptz not null
);
`,
} as const;
