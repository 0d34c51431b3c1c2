import { oneLine } from './format.ts';

/** Why a target word, as typed, means no PC: a phrase without an end stop, for refusals with `no_such_target`. Pure. */
export function unknownTarget(word: string): string {
  const shown = oneLine(word, 60);
  const status = /^status:(.+)$/i.exec(shown)?.[1];
  if (status !== undefined) return `No PC has the AMT status \`${status}\`, as last seen`;
  const request = /^failed:(.+)$/i.exec(shown)?.[1];
  if (request !== undefined) return `No PC failed in \`${request}\`, or there is no such request`;
  return `\`${shown}\` is not in the inventory`;
}
