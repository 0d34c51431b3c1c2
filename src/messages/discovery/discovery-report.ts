import type { AmtStanding } from '../../discovery/amt-status.ts';
import type { AmtFacts } from '../../ports/amt.ts';
import type { KeptAmtStatus } from '../../ports/discovery/amt-status-store.ts';
import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import { csvOf } from '../reports/csv.ts';
import { amtStatusWord } from './scan-card.ts';

/** What a PC turned out to be, and what it was before. Pure. */
export function discoveryReport(
  name: string,
  { status, subState, because }: AmtStanding,
  before: KeptAmtStatus | null,
  facts: AmtFacts | null,
): OutcomeReport {
  const now = amtStatusWord(status, subState);
  const then = before === null ? null : amtStatusWord(before.status, before.subState);
  const since = before === null ? '' : ` since ${before.since.toISOString().slice(0, 10)}`;
  const was = then === null ? 'nobody had looked' : then === now ? `the same${since}` : `${then}${since}`;
  const version = facts?.amtVersion ?? '';
  return {
    summary: now,
    ...(status === 'provisioned' ? {} : { alerts: [`${now}: ${because}`] }),
    table: { columns: ['Status', 'Because', 'Before'], rows: [[now, because, was]] },
    attachment: {
      name: `${name}-amt-status.csv`,
      mediaType: 'text/csv',
      content: csvOf(
        ['amt_status', 'sub_state', 'because', 'before', 'amt_version'],
        [[status, subState ?? '', because, then ?? '', version]],
      ),
    },
  };
}
