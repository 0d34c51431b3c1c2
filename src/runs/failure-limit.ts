import type { FailureLimit, LimitHit, OutcomeStatus } from '../ports/runs/run-store.ts';

/** The last outcomes that count, oldest first: the code of a bad one, an empty string for a good one. */
export type RecentOutcomes = readonly string[];

/** What tells nothing about the devices: somebody else held them, the service died, a person stopped it. */
const notTheDevices = new Set(['device_busy', 'interrupted', 'run_stopped', 'lock_forced']);

/** True when the outcome counts towards a failure limit at all. */
export function counts({ status, code }: { readonly status: OutcomeStatus; readonly code: string }): boolean {
  return status !== 'skipped' && !notTheDevices.has(code);
}

/** True for an outcome that counts and is bad. */
export function isBad(outcome: { readonly status: OutcomeStatus; readonly code: string }): boolean {
  return outcome.status !== 'ok' && counts(outcome);
}

/** True when more than `percent` of `of` is `failed`. */
export function isOver(failed: number, of: number, percent: number): boolean {
  return failed * 100 > percent * of;
}

/**
 * Slides the window over outcomes in the order in which they came. `hit` is what was in it at the first moment that broke the
 * limit. A window that is not full yet is measured as a full one, so that the first of all to fail is not "100 %". Pure.
 */
export function slideWindow(
  recent: RecentOutcomes,
  ended: readonly { readonly status: OutcomeStatus; readonly code: string }[],
  { percent, ofLast }: FailureLimit,
): { readonly recent: RecentOutcomes; readonly hit: LimitHit | null; readonly counted: number } {
  const window = [...recent];
  let failed = window.filter((code) => code !== '').length;
  let hit: LimitHit | null = null;
  let counted = 0;
  for (const outcome of ended) {
    if (!counts(outcome)) continue;
    counted += 1;
    const code = outcome.status === 'ok' ? '' : outcome.code;
    window.push(code);
    if (code !== '') failed += 1;
    if (window.length > ofLast && window.shift() !== '') failed -= 1;
    if (hit === null && code !== '' && isOver(failed, ofLast, percent))
      hit = { among: 'last', failed, of: window.length, percent, byCode: countCodes(window) };
  }
  return { recent: window, hit, counted };
}

function countCodes(window: RecentOutcomes): Record<string, number> {
  const byCode: Record<string, number> = {};
  for (const code of window) if (code !== '') byCode[code] = (byCode[code] ?? 0) + 1;
  return byCode;
}
