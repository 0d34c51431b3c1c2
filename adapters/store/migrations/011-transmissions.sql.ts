/** Tasks that wait for their moment: tried again later, or begun one after the other; pauses between commands; deadlines. */
export const transmissions = {
  name: '011-transmissions',
  sql: `
alter table oob.task
  add column not_before timestamptz,
  add column tries integer not null default 0,
  add column subnet text collate "C";
alter table oob.run
  add column pacing jsonb,
  add column deadline_at timestamptz;

-- What may be begun now, apart from what waits: a claim never reads past ten thousand rows that are not due.
drop index oob.task_pending;
create index task_pending on oob.task (run_id, site, wave, ordinal) where state = 'pending' and not_before is null;
create index task_waiting on oob.task (run_id, not_before) where state = 'pending' and not_before is not null;
create index task_in_subnet on oob.task (site, subnet) where state = 'running' and subnet is not null;

-- Commands since the last pause, per operation and site; for sites that pause.
create table oob.site_pause (
  operation text not null,
  site text not null,
  begun integer not null,
  begun_at timestamptz not null,
  paused_until timestamptz,
  primary key (operation, site)
);
`,
} as const;
