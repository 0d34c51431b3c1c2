/** What was lifted by breaking glass, and the review that stays open until somebody else signs it off. */
export const breakGlass = {
  name: '012-break-glass',
  sql: `
alter table oob.request add column glass jsonb;

create table oob.review (
  id text primary key,
  position bigint generated always as identity unique,
  request_id text not null unique references oob.request,
  -- As in the request, so that those of one person are counted without it.
  requester text not null,
  opened_at timestamptz not null,
  action_id text not null unique,
  signed_at timestamptz,
  signed_by text,
  note text,
  check ((signed_at is null) = (signed_by is null)),
  check (signed_by is distinct from requester)
);
create index review_open on oob.review (position) where signed_at is null;
create index review_of_requester on oob.review (requester, opened_at);
`,
} as const;
