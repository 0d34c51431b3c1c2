/** PCs by UUID; what PCs that wait to be set up said of themselves. */
export const hellos = {
  name: '015-hellos',
  sql: `
-- Not unique: some vendors gave many PCs one.
alter table oob.device add column uuid text collate "C";
create index device_by_uuid on oob.device (uuid) where uuid is not null;

create table oob.hello (
  uuid text collate "C" primary key,
  version integer not null,
  credentials_set boolean not null,
  retries bigint not null,
  pid text,
  roots jsonb not null,
  address text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  seen bigint not null,
  sources jsonb not null,
  doubt text check (doubt in ('placeholder', 'interleaved', 'two_kinds'))
);
create index hello_by_time on oob.hello (last_seen_at);
`,
} as const;
