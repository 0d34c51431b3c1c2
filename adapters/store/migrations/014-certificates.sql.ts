/** Certificates that were issued for devices, what became of them, and the revocation lists about them. */
export const certificates = {
  name: '014-certificates',
  sql: `
-- device_id refers to no device: a certificate stays valid when its device is forgotten, and must still be revocable.
create table oob.certificate (
  id text primary key,
  kind text not null check (kind in ('device_tls', 'network_client', 'provisioning')),
  state smallint not null default 1 check (state between 1 and 5),
  device_id text,
  name text not null,
  issuer text collate "C" not null,
  serial text collate "C",
  reference text,
  der bytea,
  fingerprint text collate "C",
  not_before timestamptz,
  not_after timestamptz,
  requested_at timestamptz not null,
  changed_at timestamptz not null,
  revoked_at timestamptz,
  revocation_reason text,
  check (state = 1 or (der is not null and serial is not null and fingerprint is not null and not_after is not null)),
  check ((state = 4) = (revoked_at is not null and revocation_reason is not null))
);
create unique index certificate_serial on oob.certificate (issuer, serial) where serial is not null;
create index certificate_of_device on oob.certificate (device_id, kind) where device_id is not null;
create index certificate_ending on oob.certificate (not_after) where state in (2, 3, 5);
create index certificate_revoked on oob.certificate (issuer, revoked_at) where state = 4;

create table oob.revocation_list (
  issuer text collate "C" primary key,
  last_number bigint not null,
  number bigint,
  der bytea,
  this_update timestamptz,
  next_update timestamptz
);
`,
} as const;
