import { approvals } from './approvals.ts';
import type { Command } from './command-spec.ts';
import { approve, deny } from './decide.ts';
import { help } from './help.ts';
import { hosts } from './hosts.ts';
import { poweroff } from './poweroff.ts';
import { poweron } from './poweron.ts';
import { reset } from './reset.ts';
import { runs } from './runs.ts';
import { status } from './status.ts';
import { whoami } from './whoami.ts';

/** Every command, in the order that help shows them. */
export const commandSpecs: readonly Command[] = [
  poweron,
  poweroff,
  reset,
  status,
  hosts,
  runs,
  approvals,
  approve,
  deny,
  whoami,
  help,
];
