/**
 * The ladder, from the least to the most guarded. `read` looks only; `act` is done at once; `confirm` asks the requester once more;
 * `peer` needs another person, `two-peers` two different others.
 */
export const risks = ['read', 'act', 'confirm', 'peer', 'two-peers'] as const;

/** One step of the ladder. */
export type Risk = (typeof risks)[number];

const rank = (risk: Risk) => risks.indexOf(risk);

/** True when `a` asks for no more than `b` does. Pure. */
export function isAtMost(a: Risk, b: Risk): boolean {
  return rank(a) <= rank(b);
}

/** The most guarded of several; `first` when there is no other. Pure. */
export function strictest(first: Risk, ...others: readonly Risk[]): Risk {
  return others.reduce((most, each) => (rank(each) > rank(most) ? each : most), first);
}

/** How many other people have to agree. Pure. */
export function approvalsFor(risk: Risk): number {
  return risk === 'two-peers' ? 2 : risk === 'peer' ? 1 : 0;
}
