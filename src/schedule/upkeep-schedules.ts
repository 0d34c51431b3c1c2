import type { Schedule } from '../ports/store/schedule-store.ts';

/** Names of the schedules that keep provisioned PCs in order. */
export const upkeepSchedules = { renew: 'upkeep-certificates', rotate: 'upkeep-passwords' } as const;

/**
 * True for those of the configuration: whoever set up upkeep by schedule wants what it asks for, and nobody is there at night to be asked
 * once more. Approvals by others count as ever. Pure.
 */
export function isConfirmed({ id, source }: Pick<Schedule, 'id' | 'source'>): boolean {
  return source === 'config' && Object.values(upkeepSchedules).some((each) => each === id);
}
