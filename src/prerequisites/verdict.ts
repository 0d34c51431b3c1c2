import type { PrerequisiteCheck, PrerequisiteReasonCode } from '../messages/checks/prerequisites.ts';

/**
 * `unknown`: it could not be measured. `not_applicable`: the site has no use for it, or nothing is configured that it could be held
 * against.
 */
export type PrerequisiteStatus = 'pass' | 'warn' | 'fail' | 'unknown' | 'not_applicable';

/** What one check came to. `evidence`: what was measured, one line each, no secrets. `reason`: null unless something is to be done. */
export interface Verdict {
  readonly status: PrerequisiteStatus;
  readonly reason: PrerequisiteReasonCode | null;
  readonly evidence: readonly string[];
}

/** Verdicts by check. */
export type Verdicts = Partial<Readonly<Record<PrerequisiteCheck, Verdict>>>;

/** Verdicts in short form. */
export const verdict = {
  pass: (...evidence: string[]): Verdict => ({ status: 'pass', reason: null, evidence }),
  warn: (reason: PrerequisiteReasonCode, ...evidence: string[]): Verdict => ({ status: 'warn', reason, evidence }),
  fail: (reason: PrerequisiteReasonCode, ...evidence: string[]): Verdict => ({ status: 'fail', reason, evidence }),
  unknown: (reason: PrerequisiteReasonCode, ...evidence: string[]): Verdict => ({
    status: 'unknown',
    reason,
    evidence,
  }),
  notApplicable: (...evidence: string[]): Verdict => ({ status: 'not_applicable', reason: null, evidence }),
  after: (check: PrerequisiteCheck): Verdict => verdict.unknown('measured_before', `after: ${check}`),
} as const;

const mostLines = 8;

/** The first lines, and how many more there are. */
export function firstLines(lines: readonly string[]): readonly string[] {
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `and ${lines.length - mostLines} more`];
}

/** `1 PC`, `12 PCs`. */
export const pcs = (count: number): string => `${count} ${count === 1 ? 'PC' : 'PCs'}`;
