import type { AmtStatusSeen } from '../../ports/discovery/amt-status-store.ts';
import { amtStatusWord } from './scan-card.ts';

/** How the AMT status of one PC changed, the newest first, a line each. Pure. */
export function amtHistory(changes: readonly Omit<AmtStatusSeen, 'deviceId'>[]): string {
  return changes
    .map(({ at, status, subState, because }) => {
      const stamp = at.toISOString().slice(0, 16).replace('T', ' ');
      return `${stamp} UTC: ${amtStatusWord(status, subState)}, ${because}`;
    })
    .join('\n');
}
