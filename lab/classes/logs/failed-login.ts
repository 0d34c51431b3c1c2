import type { Device } from '../../device.ts';
import { writeAudit } from './audit-store.ts';
import { noteAuthenticationFailure } from './event-store.ts';

/**
 * A wrong password leaves its trace: `invalid credentials` with 0 for AMT in the audit log `[class model]`, and in the
 * event log a count after a series of them `[capture]`.
 *
 * @param name the account that was tried, as the client wrote it
 */
export function noteFailedLogin(device: Device, name: string, address: string, nowMs: number): void {
  // Heads are read as single bytes: these are the ones that came.
  const initiator = { name: Buffer.from(name, 'latin1'), address };
  writeAudit(device, 1605, { initiator, nowMs, extended: Buffer.from([0]) });
  noteAuthenticationFailure(device, nowMs);
}
