/** Of two who retry the same request one gets it, until that retry has come to nothing. */
export const retries = {
  name: '006-retries',
  sql: `
alter table oob.request drop constraint request_retry_of_key;
create unique index request_retry_once on oob.request (retry_of)
  where state not in ('denied', 'expired', 'withdrawn', 'changed');
`,
} as const;
