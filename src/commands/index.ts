import { approvals } from './approvals.ts';
import { checklist } from './checklist/checklist.ts';
import { fix } from './checklist/fix.ts';
import type { Command } from './command-spec.ts';
import { approve, confirm, deny, withdraw } from './decide.ts';
import { accounts } from './devices/accounts.ts';
import { alarm } from './devices/alarm.ts';
import { audit } from './devices/audit.ts';
import { discover } from './devices/discover.ts';
import { events } from './devices/events.ts';
import { inventory } from './devices/inventory.ts';
import { boot } from './devices/power/boot.ts';
import { cycle } from './devices/power/cycle.ts';
import { poweroff } from './devices/power/poweroff.ts';
import { poweron } from './devices/power/poweron.ts';
import { reset } from './devices/power/reset.ts';
import { settings } from './devices/settings.ts';
import { status } from './devices/status.ts';
import { time } from './devices/time.ts';
import { verify } from './devices/verify.ts';
import { why } from './devices/why.ts';
import { digest } from './digest.ts';
import { help } from './help.ts';
import { hosts } from './hosts.ts';
import { link, unlink } from './link.ts';
import { policy } from './policy/policy.ts';
import { provision } from './provisioning/provision.ts';
import { renew, rotate, unprovision, update } from './provisioning/upkeep.ts';
import { pause, resume, stop } from './running/control.ts';
import { home } from './running/home.ts';
import { locks } from './running/locks.ts';
import { retry } from './running/retry.ts';
import { review, reviews } from './running/reviews.ts';
import { unlock } from './running/unlock.ts';
import { runs } from './runs.ts';
import { schedule } from './schedules/schedule.ts';
import { whoami } from './whoami.ts';

/** Every command, in the order that help shows them. */
export const commandSpecs: readonly Command[] = [
  poweron,
  poweroff,
  reset,
  cycle,
  boot,
  status,
  why,
  verify,
  discover,
  events,
  inventory,
  audit,
  settings,
  accounts,
  alarm,
  time,
  hosts,
  provision,
  update,
  renew,
  rotate,
  unprovision,
  checklist,
  fix,
  schedule,
  runs,
  digest,
  pause,
  resume,
  stop,
  retry,
  locks,
  unlock,
  approvals,
  confirm,
  withdraw,
  approve,
  deny,
  reviews,
  review,
  policy,
  whoami,
  link,
  unlink,
  home,
  help,
];
