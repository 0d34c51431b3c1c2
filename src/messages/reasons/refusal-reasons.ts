import { type Reason, refused } from './reason.ts';

/** Why a command or a click was not taken. Part of the one registry in reasons.ts. */
export const refusalReasons = {
  unknown_command: refused('There is no such command.', '`/oob help` lists what there is.'),
  bad_usage: refused('The command is not complete or has a wrong option.', '`/oob help COMMAND` tells more.'),
  too_long: refused(
    'The command is too long.',
    'Keep it under 4,000 characters and 200 words; use site: or group: for many PCs.',
  ),
  no_such_target: refused(
    'That names no PC of the inventory.',
    '`/oob hosts` lists what there is.',
    '`oob inventory import` is where names, sites and groups come from.',
  ),
  nothing_left: refused('The target words name no PC.', 'Check what stands behind the minus.'),
  unknown_person: refused(
    'You are not known to this service.',
    'Ask an administrator to add your account to the configuration.',
    'Add the account that the refusal names to a person under people:, by its ids.',
  ),
  not_allowed: refused(
    'None of your roles allows this.',
    'Ask for the role, or ask somebody who has it.',
    'Roles stand under roles:, who has them under people:; `oob policy explain --as PERSON` shows what is missing.',
  ),
  not_allowed_here: refused(
    'Your role allows this, but not in this channel.',
    'Ask in a channel that the policy names.',
    'Add the channel that the refusal names to channels: of the grant.',
  ),
  targets_not_allowed: refused(
    'Your role does not cover all of these PCs.',
    'Leave those out that it does not cover.',
    'Widen targets: of the grant; `oob policy explain` lists which words it has.',
  ),
  too_many_devices: refused(
    'That is more PCs than one request may have.',
    'Ask for a smaller part, such as one group.',
    'limits.devicesPerRequest, or limits: of a role for those who need more.',
  ),
  too_many_requests: refused(
    'You have asked for too much in the last hour.',
    'Ask again then.',
    'limits.requestsPerHour, or limits: of a role for scripts that speak as a person.',
  ),
  nobody_can_approve: refused(
    'This needs an approval, and nobody else may give it.',
    'Ask an administrator to name approvers for these PCs.',
    '`oob policy check` lists what nobody can approve, and where.',
  ),
  held_by_policy: refused(
    'The policy holds all of these PCs, so nothing is left to be done.',
    'If it has to be done all the same, ask those who made the policy.',
    'holds: in the configuration; give a hold an `until` and it ends by itself.',
  ),
  frozen: refused(
    'Nothing may be done to these PCs at this time.',
    'Wait until the freeze is over, or leave those PCs out.',
    'freezes: in the configuration.',
  ),
  outside_window: refused(
    'This may be done in a maintenance window only, and none is open now.',
    'Ask again when it opens.',
    'windows: in the configuration; `oob policy explain --at TIME` tries another time.',
  ),
  needs_reason: refused(
    'This needs a reason.',
    'Ask again with --reason "...".',
    'approvals.reasonFrom says from which step of the ladder on.',
  ),
  waits_for_requester: refused(
    'This waits for the person who asked, who has to confirm it; nobody else decides on it.',
    'They press its button, or type `/oob confirm REQUEST`.',
  ),
  nothing_to_confirm: refused(
    'This does not wait for a confirmation by the person who asked.',
    'It needs an approval: `/oob approvals`.',
  ),
  own_request: refused(
    'You asked for this yourself; another person must decide.',
    'Ask one of the approvers; `/oob withdraw REQUEST` takes it back.',
  ),
  not_an_approver: refused('You may not approve this operation on these PCs.', 'Ask one of the approvers.'),
  not_yours: refused('Only the person who asked can do this.', ''),
  already_decided: refused('This has been decided already.', ''),
  already_voted: refused(
    'You have approved this already; it waits for somebody else.',
    'Somebody else who may approve it can still deny it.',
  ),
  request_expired: refused('This request has expired.', 'Ask again.'),
  no_such_request: refused(
    'There is no such request.',
    '`/oob approvals` lists what waits, `/oob runs` what ran last.',
  ),
  already_linked: refused('This account belongs to somebody already.', 'If it is not you, ask an administrator.'),
  no_such_code: refused(
    'No account waits with this code.',
    'Type `/oob link` with the other account, and here the code that it shows, within ten minutes.',
  ),
  not_linked: refused('You have linked no account there.', 'Accounts of the configuration stay as they are.'),
  button_gone: refused(
    'This button is no longer valid.',
    'Use the newest message, or type the command.',
    'Frequent: two installations share one app of the chat platform, or the database was restored from a copy.',
  ),
  plan_changed: refused(
    'What was approved no longer fits the inventory or the policy, so nothing was done.',
    'Ask again; the new plan will be shown.',
    'The trail entry plan_changed says what changed: PCs, the policy, or a rule that refuses it by now.',
  ),
  nothing_failed: refused('There is nothing to retry.', ''),
  already_retried: refused('Somebody asked for this retry already.', 'Look at that request.'),
  not_your_run: refused(
    'Only the person who asked, somebody who may approve it, or an administrator can do this.',
    'Ask one of them.',
  ),
  not_running: refused('This is not running.', '`/oob runs` shows what is.'),
  not_paused: refused('This is not paused.', '`/oob runs` shows what is.'),
  not_auditor: refused('Only an auditor can do this.', 'Ask somebody whose role names `clear-audit-log`.'),
  no_such_finding: refused('There is no such finding, or it is closed.', '`/oob audit review` lists the open ones.'),
  range_not_configured: refused(
    'This range of addresses is in none that may be scanned.',
    'Ask for one that is, or have it added.',
    'discovery.ranges in the configuration: what is in none of them is refused to everybody.',
  ),
  scan_running: refused('This range is being scanned already.', 'Look at that message, or stop it there.'),
  scan_needs_agreement: refused(
    'The policy wants somebody to agree to `discover` here, which a scan of addresses cannot wait for.',
    'Ask those who made the policy.',
    'operations.discover.risk, or a rule about its site: `act` is what scans of ranges need.',
  ),
  no_such_scan: refused('There is no such scan.', 'Its id stands in the small print of its message.'),
  scan_not_running: refused('This scan is not running, or is being stopped already.', ''),
  nothing_new: refused('There is nothing to add: the scan has not ended, found nothing new, or somebody added it.', ''),
  not_administrator: refused(
    'Only an administrator can do this.',
    'Ask somebody whose role has `administrator: true`.',
  ),
  store_unavailable: refused(
    'The service cannot reach its database, so nothing is done.',
    'Tell the people who run this service; try again later.',
    '`/readyz` fails too; look at PostgreSQL, its disk and DATABASE_URL.',
  ),
  stopping: refused('The service is being stopped.', 'Try again in a minute.'),
  internal_refusal: refused(
    'Something went wrong inside the service; nothing was done.',
    'Tell the people who run this service; its log has the details.',
    'Search the log for "an invocation failed".',
  ),
} as const satisfies Record<string, Reason>;
