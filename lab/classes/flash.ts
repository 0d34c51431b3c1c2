import type { Device } from '../device.ts';
import { numberOf } from '../faults.ts';

/** PT_STATUS_FLASH_WRITE_LIMIT_EXCEEDED. `[class model]` */
export const flashWriteLimitExceeded = 38;

/**
 * Spends one flash write.
 *
 * @returns false when the wear-out protection forbids it, which is the fault flash-limit
 */
export function spendFlashWrite(device: Device): boolean {
  const fault = device.faults.get('flash-limit');
  if (!fault) return true;
  if (fault.struck >= numberOf(fault, 0)) return false;
  fault.struck += 1;
  return true;
}
