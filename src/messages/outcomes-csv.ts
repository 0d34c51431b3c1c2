import type { NamedOutcome } from '../ports/run-store.ts';

const columns = ['name', 'site', 'status', 'code', 'power', 'took_ms', 'ended_at', 'evidence'] as const;

/** One line per device, RFC 4180. A cell that a spreadsheet would take for a formula gets a quote in front. */
export function outcomesCsv(outcomes: readonly NamedOutcome[]): string {
  const lines = outcomes.map((each) => {
    const row = [
      each.name,
      each.site,
      each.status,
      each.code,
      String(each.powerState ?? ''),
      String(each.tookMs),
      each.endedAt.toISOString(),
      each.evidence.join('; '),
    ];
    return row.map(cell).join(',');
  });
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

function cell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
