import type { Check } from './check.ts';
import { account, amtStatus, auditLog, clockSkew, firmware, knownFlaws, wakeSettings } from './device-checks.ts';
import { directoryKey, directoryNames } from './directory-checks.ts';
import type { VerifyEvidence } from './evidence.ts';
import { amtName, wiredLink } from './name-checks.ts';
import {
  certificateDays,
  certificateName,
  certificateTrust,
  forwardDns,
  otherPorts,
  ownPort,
  reverseDns,
  tlsVersion,
} from './network-checks.ts';

/** From the outside inwards: what fails first makes what follows unknown. */
const checks: readonly ((evidence: VerifyEvidence) => Check)[] = [
  forwardDns,
  reverseDns,
  ownPort,
  otherPorts,
  tlsVersion,
  certificateDays,
  certificateName,
  certificateTrust,
  account,
  amtStatus,
  amtName,
  wiredLink,
  firmware,
  knownFlaws,
  clockSkew,
  wakeSettings,
  auditLog,
  directoryNames,
  directoryKey,
];

/** Every check of one PC, in order. Pure. */
export function verifyDevice(evidence: VerifyEvidence): readonly Check[] {
  return checks.map((check) => check(evidence));
}
