import type { ClassContext } from '../class-definition.ts';
import { writeAudit } from './audit-store.ts';

/** PT_STATUS_AUDIT_FAIL: the action is critical and can't be logged. `[class model]` */
export const auditFail = 2075;

/**
 * Logs what a request is about to do; to be called when nothing else speaks against it.
 *
 * @param id application id times 100 plus event id
 * @returns auditFail when it must not be done, else undefined
 */
export function refusedByAudit(
  { device, caller, nowMs }: ClassContext,
  id: number,
  extended?: Uint8Array,
): number | undefined {
  const initiator = { name: caller.name, address: caller.address };
  const fate = writeAudit(device, id, { initiator, nowMs, ...(extended ? { extended } : {}) });
  return fate === 'refused' ? auditFail : undefined;
}
