import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import { duration } from '../format.ts';

/** `right`, `2 min 14 s ahead`, `3.0 s behind`. `seconds` is the device's time minus ours; devices tell whole seconds only. */
export function driftWord(seconds: number): string {
  if (Math.abs(seconds) <= 1) return 'right';
  return `${duration(Math.abs(seconds) * 1_000)} ${seconds > 0 ? 'ahead' : 'behind'}`;
}

/** What setting a clock did; `after` is null when nothing was done. Pure. */
export function clockReport(before: number, after: number | null): OutcomeReport {
  return {
    summary:
      after === null ? `clock is ${driftWord(before)}` : `clock was ${driftWord(before)}, is ${driftWord(after)} now`,
    facts: [
      { label: 'Before', value: driftWord(before) },
      ...(after === null ? [] : [{ label: 'Now', value: driftWord(after) }]),
    ],
  };
}
