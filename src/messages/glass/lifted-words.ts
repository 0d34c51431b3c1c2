import type { Lifted } from '../../policy/break-glass.ts';

/** `approvers: peer: 1 approval needed, 2 may approve; windows: window nights opens 2026-11-23 22:00 CET; 2 of 2 PCs: host1, host2`. Pure. */
export function liftedWords(lifted: readonly Lifted[]): string {
  return lifted.map(({ guard, found }) => `${guard}: ${found}`).join('; ');
}
