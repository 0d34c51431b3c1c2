import type { NamedOutcome } from '../../ports/runs/run-store.ts';
import type { Attachment, Table, Text } from '../view.ts';
import { csvLine } from './csv.ts';

/** What many PCs told, each row with its PC in front: the first rows, and how many more there are. What failed shows its code. Pure. */
export function mergedTable(
  outcomes: readonly NamedOutcome[],
  mostRows: number,
): { readonly table: Table; readonly more: number } | null {
  const tables = outcomes.flatMap(({ report }) => report?.table ?? []);
  const columns = tables[0]?.columns ?? ['Result'];
  const rows = outcomes.flatMap(({ name, status, code, report }): readonly (readonly Text[])[] => {
    if (status !== 'ok' && !report?.table) return [[name, report ? `${code}: ${report.summary}` : code]];
    if (report?.table) return report.table.rows.map((cells) => [name, ...cells]);
    // Where others have something to tell, those that have not are only counted.
    return tables.length > 0 ? [] : [[name, report?.summary ?? code]];
  });
  if (rows.length === 0) return null;
  return {
    table: { columns: ['PC', ...columns], rows: rows.slice(0, mostRows) },
    more: Math.max(0, rows.length - mostRows),
  };
}

/**
 * The files of many PCs as one: CSV rows with PC, site, status and code in front, a PC without a file with those alone; JSON lines one
 * after another. Null when none has a file. Pure.
 */
export function mergedAttachment(outcomes: readonly NamedOutcome[], name: string): Attachment | null {
  const first = outcomes.find(({ report }) => report?.attachment)?.report?.attachment;
  if (!first) return null;
  if (first.mediaType !== 'text/csv') {
    const lines = outcomes.map(({ name: pc, site, status, code, report }) =>
      report?.attachment ? report.attachment.content : `${JSON.stringify({ pc, site, status, code })}\n`,
    );
    return { name: `${name}.jsonl`, mediaType: first.mediaType, content: lines.join('') };
  }
  const [header = ''] = linesOf(first.content);
  const lines = outcomes.flatMap(({ name: pc, site, status, code, report }) => {
    const head = csvLine([pc, site, status, code]);
    const [, ...rows] = report?.attachment ? linesOf(report.attachment.content) : [];
    return rows.length > 0 ? rows.map((row) => `${head},${row}`) : [head];
  });
  const content = [`pc,site,status,code,${header}`, ...lines].map((line) => `${line}\r\n`).join('');
  return { name: `${name}.csv`, mediaType: 'text/csv', content };
}

/** PCs whose file was too much for one message. */
export function withoutFile(outcomes: readonly NamedOutcome[]): number {
  const isFiled = outcomes.some(({ report }) => report?.attachment);
  return isFiled ? outcomes.filter(({ status, report }) => status === 'ok' && report && !report.attachment).length : 0;
}

/** What somebody should act on, the most frequent first: the sentence and how many PCs it is about. Pure. */
export function mergedAlerts(outcomes: readonly NamedOutcome[]): readonly (readonly [alert: string, pcs: number])[] {
  const counts = new Map<string, number>();
  for (const { report } of outcomes)
    for (const alert of report?.alerts ?? []) counts.set(alert, (counts.get(alert) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

const linesOf = (csv: string) => csv.split('\r\n').filter((line) => line !== '');
