import { test } from '@jest/globals';
import { type FailureCause, type FailureCauseId, failureCauses } from '../../src/messages/causes/failure-causes.ts';
import { mendOf, type Namer } from '../../src/messages/causes/namers.ts';

/** The mend that the list has for the cause being staged, by who names it and with which code. Throws when the list has no such one. */
export type Named = <By extends Namer['by']>(by: By, code: Namer['code']) => string;

/**
 * A test that stages one cause of the list and sees it named. Its id, and every `named('BY', 'CODE')` in it, are written out: the test of
 * the list reads them.
 */
export function staged(
  id: FailureCauseId,
  what: string,
  work: (named: Named) => Promise<void>,
  timeoutMs = 60_000,
): void {
  const number = failureCauses.findIndex((each) => each.id === id) + 1;
  const cause: FailureCause | undefined = failureCauses[number - 1];
  const named: Named = (by, code) => {
    const namer = cause?.namers.find((each) => each.by === by && each.code === code);
    if (!namer) throw new Error(`the list does not say that ${by} names ${id} by ${code}`);
    return mendOf(namer);
  };
  test(`${number}, ${id}: ${what}`, () => work(named), timeoutMs);
}
