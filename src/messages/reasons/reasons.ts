import type { AmtErrorCode } from '../../ports/amt.ts';
import { checklistReasons } from '../checklist/checklist-reasons.ts';
import { glassReasons } from '../glass/glass-reasons.ts';
import { helloReasons } from '../provisioning/hello-reasons.ts';
import { provisionReasons } from '../provisioning/provision-reasons.ts';
import { scheduleReasons, tickReasons } from '../schedules/schedule-reasons.ts';
import { wakeReasons } from './wake-reasons.ts';

/** One reason: what happened, and what to do about it. `what` is a whole sentence; evidence is added where it is shown. */
export interface Reason {
  /** `refused`: a request was not taken. `failed`: a device's task went wrong. `ended`: it went well or was left alone. */
  readonly kind: 'refused' | 'failed' | 'ended';
  readonly what: string;
  /** What the reader can do; empty when there is nothing to mend. */
  readonly mend: string;
  /** What the people who run the service look at; missing when they need not do anything. */
  readonly operator?: string;
}

const failed = (what: string, mend: string, operator?: string): Reason => ({
  kind: 'failed',
  what,
  mend,
  ...(operator === undefined ? {} : { operator }),
});
const refused = (what: string, mend: string, operator?: string): Reason => ({
  kind: 'refused',
  what,
  mend,
  ...(operator === undefined ? {} : { operator }),
});
const ended = (what: string): Reason => ({ kind: 'ended', what, mend: '' });

/** Why a conversation with a device failed: one for each code that the AMT port can throw. */
const deviceReasons = {
  unreachable: failed(
    'The PC did not answer on the network.',
    'Check that it has mains power and a network cable, and that its link policy keeps AMT awake when the PC is off.',
    'Many of one site at once: look at its switch, VLAN or VPN, and at routes from this service to ports 16992 and 16993.',
  ),
  connection_refused: failed(
    'The address answers, but AMT does not listen there.',
    'Check the address in the inventory, and whether AMT is provisioned and enabled in the BIOS.',
    'Ports 16992 and 16993 answer only while AMT is provisioned; a firewall that rejects looks the same.',
  ),
  plain_port_closed: failed(
    'The port of this connection mode is closed; the other AMT port is open.',
    'AMT 16.1 and later speak TLS only: set `tls` to ca or pinned in the inventory.',
  ),
  name_not_found: failed(
    'The name of the PC is not known in DNS.',
    'Correct the host in the inventory, or the DNS record.',
  ),
  no_answer: failed(
    'AMT took the connection but did not answer in time.',
    'The management engine may be asleep or overloaded: try again in a minute.',
    'Many at once: lower amt.connectionsPerSite, or raise amt.requestSeconds.',
  ),
  connection_dropped: failed(
    'AMT closed the connection in mid-reply.',
    'Try again; if it stays, power-cycle the PC at the mains to restart its management engine.',
  ),
  wrong_credentials: failed(
    'AMT refused the user name or password.',
    'Correct the credential that the inventory names; after several wrong tries AMT locks the account for a while.',
    'Compare amt.credentials with what the PCs were provisioned with; a changed password has to be changed here too.',
  ),
  certificate_changed: failed(
    'The certificate is not the recorded one. No password was sent.',
    'If the PC was reset or provisioned again: take one that this service had provisioned back (`/oob unprovision`) and provision it; of another one record the new fingerprint in the inventory. If not, find out who answers at this address.',
    'Many at once after a migration: import the inventory with the new fingerprints. One alone: treat it as an attack until it is explained.',
  ),
  certificate_untrusted: failed(
    'The certificate does not come from the configured authority, or names another PC. No password was sent.',
    'Check amt.certificateAuthorityFile, and the fqdn in the inventory.',
    'amt.certificateAuthorityFile must hold the CA that issued the certificates of the PCs, with its intermediates.',
  ),
  certificate_expired: failed(
    'The certificate of the PC has expired or is not valid yet. No password was sent.',
    'Renew the certificate; check the clock of this service.',
    '`oob doctor` compares the clock; plan the renewal by site.',
  ),
  tls_too_old: failed(
    'The PC offers only TLS versions or ciphers that are no longer safe.',
    'Update its firmware, or set `tls` to legacy with the recorded fingerprint.',
    '`tls: legacy` is meant as a way to the firmware update, not as a place to stay.',
  ),
  tls_failed: failed('The TLS handshake failed.', 'Look at the evidence; check whether the port belongs to AMT.'),
  device_overloaded: failed(
    'AMT answered with an empty error, as it does when it has no room.',
    'Wait a minute and try again.',
    'Two programs that manage the same PC get in the way of each other: find the other one.',
  ),
  not_provisioned: failed('AMT is there but not provisioned.', 'Provision the PC first.'),
  not_permitted: failed('The AMT account may not do this.', 'Give the account the realm that the operation needs.'),
  auditor_needed: failed(
    'The AMT account may not change the audit log.',
    'Name the auditor of the PC as `auditCredential` of a profile.',
    'One account of a PC may have the realm audit-log; once there is one, the administrator has lost it. `accounts list` shows which.',
  ),
  consent_needed: failed(
    'The firmware lets this be done only when somebody at the PC agrees.',
    'Have it done there, or set userConsent in the profile of the PC and `settings apply` it.',
    'In client control mode consent cannot be switched off: such PCs have to be provisioned again in admin control mode.',
  ),
  class_missing: failed(
    'This firmware does not have the needed function.',
    'Check the AMT version; a firmware update may add it.',
  ),
  write_limit: failed(
    'The firmware has used up its daily number of writes to flash memory.',
    'Ask again tomorrow; if it has to be now, take the PC off the mains for a minute first.',
    'Something writes again and again: look for a schedule that changes settings of the same PCs all day, or another tool.',
  ),
  store_full: failed(
    'The PC holds as many of these as its firmware can: certificates, keys, accounts or profiles.',
    'Remove what is not in use any more, then ask again.',
    'Certificates and keys of an earlier provisioning stay until somebody removes them.',
  ),
  audit_log_blocks: failed(
    'The audit log can not take the record of this, so AMT did not do it.',
    'Have an auditor use `/oob audit export` and `/oob audit clear`; or set its storage policy to roll over.',
    'Events marked as critical in the audit policy are refused while the log is full or locked by another auditor.',
  ),
  auditor_blocks: failed(
    'The auditor of the PC keeps it from being unprovisioned.',
    'Have the auditor switch the audit log off or release the PC, then ask again; at the PC, MEBx can do it.',
  ),
  firmware_fault: failed('AMT answered with a fault.', 'Look at the evidence; try again once.'),
  protocol_error: failed(
    'The answer was not understood.',
    'Check that the address belongs to an AMT device; report this with the evidence if it does.',
  ),
  credential_missing: failed(
    'The credential that the inventory names is not configured, or can’t be read.',
    'Add it under amt.credentials, with its password in a secret. One that begins with device: is the PC’s own: it needs the key under service.secretKey.',
    'The names in the column credential of the inventory must stand under amt.credentials. `oob doctor` tries the secrets and the key.',
  ),
  cancelled: failed('Stopped before it was done.', 'Ask again if it still should be done.'),
} as const satisfies Record<AmtErrorCode, Reason>;

/** How tasks end besides a failed conversation. */
const outcomeReasons = {
  done: ended('Done and verified.'),
  already_so: ended('It was so already; nothing was done.'),
  accepted: ended('AMT accepted the command; the result cannot be seen from outside.'),
  as_profiled: ended('It is as its profile says.'),
  drifted: ended('It is not as its profile says.'),
  stayed_dark: failed(
    'AMT accepted the command, but the PC did not come on.',
    'Check mains power and BIOS deep sleep; then try once more.',
  ),
  packets_unanswered: failed(
    'Magic packets were sent, but the PC showed no sign of life. Nothing answers to such a packet, so it may be on unseen.',
    'Check that Wake-on-LAN is on in its BIOS and network driver, the MAC address, and that routers pass directed broadcasts.',
  ),
  packets_not_sent: failed(
    'Magic packets could not be sent.',
    'Look at the evidence; correct the section `wake` of the configuration.',
  ),
  mac_missing: failed(
    'The inventory has no MAC address of this PC, so it cannot be woken by packets.',
    'Add its column `mac` to the inventory.',
  ),
  stayed_on: failed(
    'AMT accepted the command, but the PC stayed on.',
    'Try once more; a hanging PC may need its power cut.',
  ),
  rejected_by_firmware: failed('AMT did not accept the command.', 'Look at the evidence for its reason.'),
  not_on: failed('The PC is not on, so a reset does nothing.', 'Use poweron.'),
  asleep: failed('The PC sleeps; waking it is no boot.', 'Turn it on or off first, then ask again.'),
  graceful_not_offered: failed(
    'The operating system cannot be asked to shut down: nothing in it listens to AMT.',
    'Install the Intel Management and Security software in it, or use poweroff without --graceful.',
  ),
  os_stayed_on: failed(
    'The operating system was asked to shut down and did not.',
    'Somebody may have unsaved work there; `poweroff --graceful --then-hard` cuts it off after asking.',
  ),
  export_first: failed(
    'The audit log has records that no export holds, so it was not cleared.',
    'Use `/oob audit export`, keep its file, then ask again.',
  ),
  no_profile: failed(
    'No profile in the configuration applies to this PC.',
    'Add one under profiles:, or widen its appliesTo.',
  ),
  settings_differ: failed('Not every setting could be made as the profile says.', 'The report names each and why.'),
  not_as_written: failed(
    'AMT took the change, but it reads back otherwise, or took only part of it.',
    'Look at the report; try again once.',
  ),
  clock_still_off: failed(
    'The clock was set, but it still is off.',
    'Try again; if it stays, the battery of the mainboard may be empty.',
  ),
  alarms_full: failed('The PC holds as many alarms as its firmware can.', 'Clear one first: `/oob alarm list`.'),
  time_past: failed('The time of the alarm is over.', 'Ask again with a later time.'),
  device_busy: failed('Another operation holds this PC.', 'Wait until it has ended; `/oob locks` shows who holds it.'),
  run_stopped: ended('The run was stopped before the turn of this PC; nothing was done to it.'),
  deadline_passed: ended('The deadline of the run passed before the turn of this PC; nothing was done to it.'),
  lock_forced: failed(
    'An administrator freed this PC before it was known what the command did.',
    'Look at the PC, then ask again if needed.',
  ),
  interrupted: failed(
    'The service was stopped while this PC was being worked on; whether the command took effect is unknown.',
    'Look at the PC, then ask again if needed.',
  ),
  answer_lost: failed(
    'The command may have reached the PC, but its answer was lost.',
    'Look at the PC, then ask again if needed.',
  ),
  internal_error: failed(
    'The service made a mistake with this PC.',
    'The log of the service has the details.',
    'Search the log for the id of the request.',
  ),
} as const satisfies Record<string, Reason>;

/** Why a command or a click was not taken. */
const refusalReasons = {
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

/** Every reason code there is, with its sentence and its mend. The README's table is made from this. */
export const reasons = {
  ...deviceReasons,
  ...outcomeReasons,
  ...(wakeReasons satisfies Record<string, Reason>),
  ...refusalReasons,
  ...(helloReasons satisfies Record<string, Reason>),
  ...(provisionReasons satisfies Record<string, Reason>),
  ...(checklistReasons satisfies Record<string, Reason>),
  ...(glassReasons satisfies Record<string, Reason>),
  ...(scheduleReasons satisfies Record<string, Reason>),
  ...(tickReasons satisfies Record<string, Reason>),
} as const;

/** Any reason code. */
export type ReasonCode = keyof typeof reasons;
/** Why something was refused. */
export type RefusalCode =
  | keyof typeof refusalReasons
  | keyof typeof glassReasons
  | keyof typeof helloReasons
  | keyof typeof provisionReasons
  | keyof typeof checklistReasons
  | keyof typeof scheduleReasons
  | 'export_first';
/** Why a due time passed without a request. */
export type TickCode = keyof typeof tickReasons;
/** How a task ended. */
export type OutcomeCode =
  | keyof typeof deviceReasons
  | keyof typeof outcomeReasons
  | keyof typeof provisionReasons
  | keyof typeof wakeReasons;

/** A code read from the store as the end of a task; one that another version wrote is a mistake here. */
export function outcomeCodeOf(code: string): OutcomeCode {
  const known = { ...deviceReasons, ...outcomeReasons, ...provisionReasons, ...wakeReasons };
  return Object.hasOwn(known, code) ? (code as OutcomeCode) : 'internal_error';
}

/** The reason for a code read from the store, which an older or newer version may have written. */
export function reasonFor(code: string): Reason {
  return Object.hasOwn(reasons, code)
    ? reasons[code as ReasonCode]
    : { kind: 'failed', what: `Ended with the code ${code}.`, mend: '' };
}
