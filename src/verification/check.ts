/** What became of one check. `unknown`: it could not be measured, which is neither good nor bad. */
export const checkStates = ['pass', 'warn', 'fail', 'unknown', 'not_applicable'] as const;

/** One of `checkStates`. */
export type CheckState = (typeof checkStates)[number];

/** One measured fact about a PC: what was looked at, what was seen, and what mends it. */
export interface Check {
  /** Stable, such as `dns.forward`. */
  readonly id: string;
  /** Two or three words. */
  readonly title: string;
  readonly state: CheckState;
  /** What was measured, in a few words. */
  readonly seen: string;
  /** What to do; empty where nothing has to be done. */
  readonly mend: string;
}

/** Makes the checks of one title. Pure. */
export function checkOf(id: string, title: string) {
  const as =
    (state: CheckState) =>
    (seen: string, mend = ''): Check => ({ id, title, state, seen, mend });
  return {
    pass: as('pass'),
    warn: as('warn'),
    fail: as('fail'),
    unknown: as('unknown'),
    notApplicable: as('not_applicable'),
  };
}
