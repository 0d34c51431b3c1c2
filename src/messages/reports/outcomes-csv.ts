import type { NamedOutcome } from '../../ports/runs/run-store.ts';
import { csvOf } from './csv.ts';

const columns = ['name', 'site', 'status', 'code', 'power', 'took_ms', 'ended_at', 'evidence'] as const;

/** One line per device, RFC 4180. */
export function outcomesCsv(outcomes: readonly NamedOutcome[]): string {
  return csvOf(
    columns,
    outcomes.map((each) => [
      each.name,
      each.site,
      each.status,
      each.code,
      String(each.powerState ?? ''),
      String(each.tookMs),
      each.endedAt.toISOString(),
      each.evidence.join('; '),
    ]),
  );
}
