import type { PageLinks } from '../../messages/page-address.ts';
import type { DigestSection } from '../digest-section.ts';
import { approvals } from './approvals.ts';
import { auditLogs } from './audit-logs.ts';
import { breakGlass } from './break-glass.ts';
import { certificates } from './certificates.ts';
import { checklistsWith } from './checklists.ts';
import { findings } from './findings.ts';
import { fleet } from './fleet.ts';
import { newHosts } from './new-hosts.ts';
import { type PasswordsDue, passwordsOf } from './passwords.ts';
import { schedules } from './schedules.ts';
import { settings } from './settings.ts';
import { wakeUps } from './wake-ups.ts';

/** Every part, in the order of `sectionNames`. */
export const digestSections = (passwords: PasswordsDue, links?: PageLinks): readonly DigestSection[] => [
  checklistsWith(links),
  wakeUps,
  fleet,
  settings,
  approvals,
  breakGlass,
  certificates,
  passwordsOf(passwords),
  auditLogs,
  schedules,
  newHosts,
  findings,
];
