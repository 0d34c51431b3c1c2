/** Runs in waves that pause, resume and stop; locks that can be forced; a rate per site; messages below messages; retries once. */
export const waves = {
  name: '004-waves',
  sql: `
alter table oob.run
  add column version integer not null default 1,
  add column wave integer not null default 1,
  add column sizes jsonb,
  add column has_canary boolean not null default false,
  add column per_minute integer,
  add column failure_limit jsonb,
  add column pause jsonb,
  add column stop jsonb,
  drop constraint run_state_check,
  add constraint run_state_check check (state in ('running', 'paused', 'stopping', 'ended')),
  add constraint run_pause_check check ((state = 'paused') = (pause is not null));
update oob.run set sizes = jsonb_build_array(total);
alter table oob.run alter column sizes set not null;
drop index oob.run_unfinished;
create index run_unfinished on oob.run (position) where state <> 'ended';

alter table oob.task
  add column wave integer not null default 1,
  add column forced text,
  drop constraint task_status_check,
  add constraint task_status_check check (status in ('ok', 'failed', 'unknown', 'skipped'));
drop index oob.task_pending;
create index task_pending on oob.task (run_id, site, wave, ordinal) where state = 'pending';

-- The last outcomes of a run that has a failure limit, apart from the run: claims hold that row.
create table oob.run_recent (
  run_id text primary key references oob.run,
  recent jsonb not null,
  ended integer not null,
  failed integer not null
);

-- A bucket of starts per operation and site, filled by time; for operations with a rate.
create table oob.site_rate (
  operation text not null,
  site text not null,
  tokens double precision not null,
  filled_at timestamptz not null,
  primary key (operation, site)
);

create index device_lock_by_age on oob.device_lock (since, device_id);

alter table oob.request_action
  drop constraint request_action_verb_check,
  add constraint request_action_verb_check
    check (verb in ('approve', 'deny', 'withdraw', 'retry', 'pause', 'resume', 'stop'));
-- Requests that are under way while the service is brought up to date get the new buttons too.
insert into oob.request_action (action_id, request_id, verb)
  select 'act_' || replace(gen_random_uuid()::text, '-', ''), request.id, verb
  from oob.request cross join unnest(array['pause', 'resume', 'stop']) as verb
  where request.state in ('waiting', 'approved', 'running');
update oob.request set actions = request.actions || added.actions
  from (select request_id, jsonb_object_agg(verb, action_id) as actions from oob.request_action
        where verb in ('pause', 'resume', 'stop') group by request_id) as added
  where request.id = added.request_id;

-- A message below another one: the exceptions of a run, edited as the main one is, or a notice that is posted once as it was kept.
alter table oob.card
  add column kind text not null default 'main' check (kind in ('main', 'exceptions', 'notice')),
  add column below text references oob.card,
  add column view jsonb,
  add constraint card_view_check check ((kind = 'notice') = (view is not null));
create unique index card_exceptions_once on oob.card (below) where kind = 'exceptions';

-- What was posted under a key is posted once, though the poster died before it could note that.
alter table oob.console_message add column post_key text unique;

-- Of two who retry the same run one gets the request.
alter table oob.request add column retry_of text unique references oob.request;
`,
} as const;
