/** Accounts that people linked to themselves, and the codes that they prove it with. */
export const links = {
  name: '005-links',
  sql: `
create table oob.account_link (
  platform text not null,
  tenant text not null,
  user_id text not null,
  principal text not null,
  linked_at timestamptz not null,
  primary key (platform, tenant, user_id)
);
create index account_link_by_principal on oob.account_link (principal);

create table oob.link_offer (
  platform text not null,
  tenant text not null,
  user_id text not null,
  code_hash text not null unique,
  display_name text not null,
  expires_at timestamptz not null,
  primary key (platform, tenant, user_id)
);

create table oob.link_miss (
  principal text not null,
  at timestamptz not null
);
create index link_miss_by_principal on oob.link_miss (principal, at);
`,
} as const;
