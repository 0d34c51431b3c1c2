import type { Attestation, StepFinding } from '../ports/checklist/checklist-store.ts';

const dayMs = 24 * 60 * 60_000;
/** Nobody answers for something longer than that without looking again. */
export const longestDays = 366;

/** Days that `90d`, `6w`, `3m` or `1y` mean; null: none of these, or longer than a year. Pure. */
export function daysIn(text: string): number | null {
  const [, amount = '', unit = ''] = /^(\d{1,3})\s*(d|w|m|y)$/i.exec(text.trim()) ?? [];
  const days = Number(amount) * ({ d: 1, w: 7, m: 30, y: 365 }[unit.toLowerCase()] ?? 0);
  return days >= 1 && days <= longestDays ? days : null;
}

/** What of a finding people may answer for: what no machine can measure and is not proved by one. Never what fails. Pure. */
export function attestableChecks({ evidence }: Pick<StepFinding, 'evidence'>): readonly string[] {
  return evidence
    .filter(({ isAttestable, measured }) => isAttestable && (measured === 'unknown' || measured === 'warn'))
    .map(({ check }) => check);
}

/** An attestation of all of a step that may be attested; null when nothing may. Pure. */
export function attestationOn(
  finding: StepFinding,
  by: Pick<Attestation, 'id' | 'by' | 'reason'>,
  now: Date,
  days: number,
): Attestation | null {
  const checks = attestableChecks(finding);
  if (checks.length === 0) return null;
  const { site, step } = finding;
  return { ...by, site, step, checks, at: now, until: new Date(now.getTime() + days * dayMs) };
}
