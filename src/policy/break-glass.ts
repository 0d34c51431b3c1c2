import { coversDevice } from '../inventory/match-device.ts';
import { count, plural } from '../messages/format.ts';
import { auditorOperations } from '../operations/operation.ts';
import { breakGlassTargets } from './grants.ts';
import type { Finding, GuardName, Weighed } from './question.ts';
import { approvalsFor, isAtMost } from './risk.ts';

/** Fewest characters of a reason for breaking glass. */
export const leastReasonCharacters = 10;

/** Guards that may be lifted by breaking glass. All others hold whatever happens: rights, targets, holds, limits. */
const liftable: readonly GuardName[] = ['freezes', 'windows', 'approvers'];

/** A guard that was lifted, with what it had found. */
export interface Lifted {
  readonly guard: GuardName;
  readonly found: string;
}

/** Characters of a reason that say something: letters, digits, and what stands between words as one. What cannot be seen says nothing. Pure. */
export function reasonCharacters(reason: string): number {
  // Fillers that are drawn as nothing count as letters in Unicode.
  const visible = reason.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}+/gu, '');
  return [...visible.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()].length;
}

/** What stands in the way and could be lifted, by what the guards found without the wish. Pure. */
export function obstaclesOf(found: ReadonlyMap<GuardName, Finding>, weighed: Weighed): readonly Lifted[] {
  return liftable.flatMap((guard): readonly Lifted[] => {
    const finding = found.get(guard);
    if (guard === 'approvers') return approvalsOf(weighed);
    return finding?.state === 'fails' ? [{ guard, found: finding.found }] : [];
  });
}

function approvalsOf({ risk, approvers }: Weighed): readonly Lifted[] {
  const needed = approvalsFor(risk);
  if (needed > 0) {
    const words = `${risk}: ${plural(needed, 'approval')} needed, ${count(approvers.length)} may approve`;
    return [{ guard: 'approvers', found: words }];
  }
  return isAtMost('confirm', risk) ? [{ guard: 'approvers', found: `${risk}: asked once more` }] : [];
}

/** The guard of breaking glass itself: may this person do it here and now, and say why? Pure. */
export function mayBreakGlass(weighed: Weighed, obstacles: readonly Lifted[]): Finding {
  const { glass, reason, principal, operation, devices, policy } = weighed;
  if (!glass) return { state: 'holds', found: 'not asked for' };
  const fails = (code: 'break_glass_reason' | 'no_break_glass' | 'too_much_break_glass', rule: string, found: string) =>
    ({ state: 'fails', found, code, rule, details: [found] }) as const;
  const given = reasonCharacters(reason ?? '');
  if (given < leastReasonCharacters)
    return fails(
      'break_glass_reason',
      `a reason of ${leastReasonCharacters} characters`,
      `${count(given)} given, ${leastReasonCharacters} needed`,
    );
  if (obstacles.length === 0)
    return { state: 'holds', found: 'nothing stands in the way: this is an ordinary request' };
  if (auditorOperations.includes(operation))
    return fails('no_break_glass', 'what is for auditors', `never for ${operation}: it is for auditors`);
  const words = breakGlassTargets(principal, operation, policy);
  const outside = devices.filter((device) => !coversDevice(words, device));
  if (words.length === 0)
    return fails('no_break_glass', 'breakGlass of the roles', `no role of yours grants it for ${operation}`);
  if (outside.length > 0)
    return fails(
      'no_break_glass',
      'breakGlass of the roles',
      `${count(outside.length)} of ${plural(devices.length, 'PC')} outside ${[...new Set(words)].join(', ')}`,
    );
  const used = `${count(glass.recent)} in the last hour, ${count(policy.breakGlassPerHour)} allowed`;
  return glass.recent < policy.breakGlassPerHour
    ? { state: 'holds', found: `granted; ${used}` }
    : fails('too_much_break_glass', 'limits.breakGlassPerHour', used);
}
