import { AmtError } from '../../../../src/ports/amt.ts';
import { AmtRefusal } from '../../errors.ts';
import type { Device } from '../device.ts';

/** Who changes the audit log. */
export interface Auditor {
  /** The device as this account sees it. */
  readonly device: Device;
  /** Name of the account's credential, for messages. */
  readonly credential: string;
}

/**
 * Runs a change of the audit log; a refused permission becomes `auditor_needed`. One account of a device may have the realm of the
 * audit log, and once it is not the administrator's the administrator can't change the log either (Intel AMT Implementation and
 * Reference Guide, "Access Monitor").
 */
export async function explainMissingAuditor<T>(credential: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AmtError) || error.code !== 'not_permitted' || error.mayHaveActed) throw error;
    const evidence = [`the account of credential "${credential}" is not the auditor of this PC`, ...error.evidence];
    throw new AmtError('auditor_needed', evidence, { cause: error });
  }
}

/** PT_STATUS PKI_MISSING_KEYS. */
const missingKeys = 2060;

/** Runs the switching on; firmware before AMT 8.0 first wants a key to sign exports with, which PT_STATUS 2060 does not tell. */
export async function explainMissingKey<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AmtRefusal) || error.returnValue !== missingKeys) throw error;
    const evidence = ['before AMT 8.0 the log needs a signing key first (AMT_AuditLog.SetSigningKeyMaterial)'];
    throw new AmtError(error.code, [...evidence, ...error.evidence], { cause: error });
  }
}
