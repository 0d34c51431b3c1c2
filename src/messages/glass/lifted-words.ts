import type { Lifted } from '../../policy/break-glass.ts';

const names: Readonly<Record<string, string>> = {
  freezes: 'freeze',
  windows: 'maintenance window',
  approvers: 'approval',
};

/** What was lifted, for people: `approval (1 approval needed, 2 may approve)`. The step of the ladder is left to the trail. Pure. */
export function liftedWords(lifted: readonly Lifted[]): string {
  return lifted
    .map(({ guard, found }) => `${names[guard] ?? guard} (${found.replace(/^(?:confirm|peer|two-peers): /, '')})`)
    .join('; ');
}
