import { ended, failed, type Reason } from './reason.ts';

/** How tasks end besides a failed conversation. Part of the one registry in reasons.ts. */
export const outcomeReasons = {
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
