import type {
  Attestation,
  Evidence,
  FindingStatus,
  KeptFinding,
  StepFinding,
} from '../ports/checklist/checklist-store.ts';
import type { ChecklistStep, Measured } from './step.ts';

const hourMs = 60 * 60_000;
/** A verification takes time, and may come late. */
const graceMs = 6 * hourMs;

/** The worst first; what is not known weighs more than what is only not ideal. */
const weights: readonly FindingStatus[] = ['fail', 'unknown', 'warn', 'pass'];

/** The status of a step by its evidence. Nothing that applies: not applicable. Nothing at all: unknown. Pure. */
export function worstOf(statuses: readonly FindingStatus[]): FindingStatus {
  if (statuses.length === 0) return 'unknown';
  return weights.find((status) => statuses.includes(status)) ?? 'not_applicable';
}

/** When and where it was measured, and what people answer for. */
export interface Judging {
  readonly site: string;
  readonly now: Date;
  /** What this machine calls itself. */
  readonly where: string;
  /** The next due time of a verification; null: none. */
  readonly nextDue: Date | null;
  readonly attestations: readonly Attestation[];
}

/** Makes a finding of what a step measured, with what people answer for. Pure. */
export function judgeStep(
  { id, recheckHours }: Pick<ChecklistStep, 'id' | 'recheckHours'>,
  measured: readonly Measured[],
  { site, now, where, nextDue, attestations }: Judging,
): StepFinding {
  const due = Math.max(now.getTime() + recheckHours * hourMs, nextDue?.getTime() ?? 0) + graceMs;
  const evidence = measured.map(({ check, status, values, mend, command, at, until, ...each }): Evidence => {
    const isFine = status === 'pass' || status === 'not_applicable';
    return {
      ...{ check, status, measured: status, values },
      where: each.where ?? where,
      at: at ?? now,
      until: until ?? new Date(due),
      mend: isFine ? null : (mend ?? null),
      command: isFine ? null : (command ?? null),
      isAttestable: each.isAttestable ?? false,
      attested: null,
    };
  });
  return withAttestations({ site, step: id, evidence, measuredAt: now }, attestations, now);
}

/**
 * A finding with what people answer for at a moment. An attestation counts only for what no machine can measure and nothing was measured
 * of, or that is not more than a warning: never for what fails. Pure.
 */
export function withAttestations(
  finding: Omit<StepFinding, 'status' | 'expiresAt'>,
  attestations: readonly Attestation[],
  now: Date,
): StepFinding {
  const evidence = finding.evidence.map((each): Evidence => {
    const { measured, check, isAttestable, until } = each;
    const isOpen = measured === 'unknown' || measured === 'warn';
    const attested = isAttestable && isOpen ? attestationOf(finding.step, check, attestations, now) : null;
    if (attested === null) return { ...each, status: measured, attested };
    return { ...each, status: 'pass', attested, until: new Date(Math.min(attested.until.getTime(), until.getTime())) };
  });
  const { site, step, measuredAt } = finding;
  const ends = evidence.map(({ until }) => until.getTime());
  return {
    ...{ site, step, measuredAt, evidence },
    status: worstOf(evidence.map(({ status }) => status)),
    expiresAt: ends.length === 0 ? measuredAt : new Date(Math.min(...ends)),
  };
}

function attestationOf(step: string, check: string, all: readonly Attestation[], now: Date): Evidence['attested'] {
  const found = all.findLast((each) => each.step === step && each.checks.includes(check) && each.until > now);
  return found ? { id: found.id, by: found.by, reason: found.reason, until: found.until } : null;
}

/** A finding as it is kept after the one before, and whether it turned red: it failed, and was not failing when it was measured last. Pure. */
export function keptAfter(
  before: KeptFinding | null,
  finding: StepFinding,
): { readonly kept: KeptFinding; readonly turnedRed: boolean } {
  // A look that found nothing out says neither that it is mended nor that it broke again.
  const isRed = finding.status === 'unknown' ? (before?.isRed ?? null) : finding.status === 'fail';
  return {
    kept: { ...finding, since: before?.status === finding.status ? before.since : finding.measuredAt, isRed },
    turnedRed: isRed === true && before?.isRed === false,
  };
}
