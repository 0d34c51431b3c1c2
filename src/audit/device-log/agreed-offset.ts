import type { AuditRecord } from '../../ports/amt/audit-log.ts';
import type { ServiceAction } from '../../ports/trail/finding-store.ts';
import { eventKey, tracesOf } from './recorded-events.ts';

/** A clock that is further off is not estimated: it was never set. */
const mostMs = 24 * 60 * 60_000;
/** Fewer agree by chance: one forged record must not be explained by a clock that is said to be wrong. */
const leastActions = 3;

/**
 * How far a device's clock is before ours, from the records alone: the offset at which the most actions find a record of theirs, when at
 * least three do, and more than with no offset. Else 0. For devices whose clock can't be read. Pure.
 */
export function agreedOffset(
  actions: readonly ServiceAction[],
  records: readonly AuditRecord[],
  toleranceMs: number,
): number {
  const certain = actions.filter(({ isCertain }) => isCertain).slice(-50);
  const candidates = certain.flatMap((action) =>
    records
      .filter((record) => (tracesOf[action.operation].oneOf ?? []).includes(eventKey(record)))
      .map((record) => record.at.getTime() - action.from.getTime())
      .filter((offsetMs) => Math.abs(offsetMs) <= mostMs),
  );
  const explainedAt = (offsetMs: number) =>
    certain.filter((action) =>
      records.some((record) => {
        const at = record.at.getTime() - offsetMs;
        return (
          (tracesOf[action.operation].oneOf ?? []).includes(eventKey(record)) &&
          at >= action.from.getTime() - toleranceMs &&
          at <= (action.to ?? action.from).getTime() + toleranceMs
        );
      }),
    ).length;
  let best = { offsetMs: 0, explained: explainedAt(0) };
  for (const offsetMs of candidates.slice(-500)) {
    const explained = explainedAt(offsetMs);
    if (explained >= leastActions && explained > best.explained) best = { offsetMs, explained };
  }
  return best.offsetMs;
}
