import type { ChecklistStep } from '../step.ts';
import { auditLogs } from './computers/audit-log.ts';
import { discoverComputers } from './computers/discover.ts';
import { maintenance } from './computers/maintenance.ts';
import { provision } from './computers/provision.ts';
import { verifyComputers } from './computers/verify.ts';
import { wakeSite } from './computers/wake-site.ts';
import { accountDecision } from './configuration/account-decision.ts';
import { provisioningAccounts } from './configuration/accounts.ts';
import { amtSettings } from './configuration/amt-settings.ts';
import { auditing } from './configuration/auditing.ts';
import { networkAccess } from './configuration/network-access.ts';
import { activeDirectory } from './foundation/active-directory.ts';
import { certificates } from './foundation/certificates.ts';
import { method } from './foundation/method.ts';
import { powerTransmissions } from './foundation/power-transmissions.ts';
import { prerequisites } from './foundation/prerequisites.ts';
import { provisioningConfiguration } from './foundation/provisioning-configuration.ts';
import { servicePoint } from './foundation/service-point.ts';

/** Every step, in the order of `stepIds`: its number is its place, from 1. */
export const checklistSteps: readonly ChecklistStep[] = [
  prerequisites,
  certificates,
  activeDirectory,
  method,
  servicePoint,
  powerTransmissions,
  provisioningConfiguration,
  amtSettings,
  auditing,
  networkAccess,
  accountDecision,
  provisioningAccounts,
  discoverComputers,
  provision,
  wakeSite,
  verifyComputers,
  auditLogs,
  maintenance,
];

/** Number of a step, from 1. */
export const numberOf = (id: string): number => checklistSteps.findIndex((step) => step.id === id) + 1;
