import { AmtError } from '../../../../src/ports/amt.ts';
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
