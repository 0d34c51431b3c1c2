/** What a plan looked like when it was asked for, on which step of the ladder it stands, why it ended; a button that confirms. */
export const plans = {
  name: '007-plans',
  sql: `
alter table oob.request
  add column risk text not null default 'act',
  add column plan_summary jsonb not null
    default '{"bySite": [], "byPower": [], "leftOut": [], "waves": [], "hasCanary": false, "estimateMs": null, "rules": []}',
  add column end_note text;
update oob.request set risk = 'peer' where approvals_needed > 0;
alter table oob.request
  alter column risk drop default,
  alter column plan_summary drop default,
  add constraint request_risk_check check (risk in ('read', 'act', 'confirm', 'peer', 'two-peers'));

alter table oob.request_device add column reach text not null default '';

alter table oob.request_excluded add column because text not null default '';

alter table oob.request_action
  drop constraint request_action_verb_check,
  add constraint request_action_verb_check
    check (verb in ('approve', 'deny', 'withdraw', 'confirm', 'retry', 'pause', 'resume', 'stop'));
`,
} as const;
