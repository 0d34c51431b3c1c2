import { tlsWord } from '../messages/reports/status.ts';
import type { ReadSettings } from '../ports/amt/settings.ts';
import { AmtError, type AmtSession } from '../ports/amt.ts';
import type { OutcomeReport } from '../ports/runs/run-store.ts';
import type { OperationEnd } from './operation.ts';

/** The end of an operation that is not about power; without a conversation (null) nothing is known of the PC. */
export function endOf(
  session: Pick<AmtSession, 'amtVersion' | 'tlsVersion'> | null,
  status: OperationEnd['status'],
  code: OperationEnd['code'],
  report: OutcomeReport | null,
  evidence: readonly string[] = [],
): OperationEnd {
  return {
    status,
    code,
    evidence,
    facts: session ? connectionFacts(session) : {},
    report,
    powerState: null,
    amtVersion: session?.amtVersion ?? null,
  };
}

/** AMT version and TLS version as far as they are known. */
export function connectionFacts(session: Pick<AmtSession, 'amtVersion' | 'tlsVersion'>): Record<string, string> {
  return {
    ...(session.amtVersion ? { amt: session.amtVersion } : {}),
    ...(session.tlsVersion ? { tls: tlsWord(session.tlsVersion) } : {}),
  };
}

/** Facts that are kept for the day on which the PC can't be asked: whether AMT is there while it is off. */
export function wakeFacts({ linkPolicy, powerPackage }: ReadSettings): Record<string, string> {
  return {
    ...(linkPolicy ? { linkPolicy: linkPolicy.join() } : {}),
    ...(powerPackage ? { powerPackage } : {}),
  };
}

/** Answers after which the conversation goes on: this one thing the firmware lacks, or refuses. */
const local = new Set<AmtError['code']>([
  'class_missing',
  'not_permitted',
  'auditor_needed',
  'write_limit',
  'store_full',
  'audit_log_blocks',
  'firmware_fault',
]);

/** The error when it is one that concerns this one thing only; others are thrown on. */
export function localError(error: unknown): AmtError {
  if (error instanceof AmtError && local.has(error.code) && !error.mayHaveActed) return error;
  throw error;
}

/** What `read` gives; null where the firmware or the account does not. */
export async function ifThere<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    localError(error);
    return null;
  }
}
