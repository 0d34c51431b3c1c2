import type { types } from '@slack/bolt';
import { formatCount, isMarked, shortLine } from '../../../src/messages/plain-text.ts';
import type { Fact, Progress, Table } from '../../../src/messages/view.ts';
import { type RichSpan, section, span } from './rich-text.ts';

/** Facts as one line each, the label in bold. Section fields would be two columns, but cannot be both literal and bold. */
export function factLines(facts: readonly Fact[]): types.RichTextSection[] {
  return facts.map(({ label, value }) =>
    section([span(`${shortLine(label, 60)}: `, { bold: true }), span(shortLine(value, 500) || '–')]),
  );
}

const barCells = 20;

/** A bar of characters that differ in shape, and the counts in words. What failed shows at least one cell; only a finished bar is full. */
export function progressLine(progress: Progress): RichSpan[] {
  const total = Math.max(progress.total, progress.done + progress.failed, 1);
  const failed = progress.failed === 0 ? 0 : Math.max(1, Math.round((progress.failed / total) * barCells));
  const ended = Math.floor(((progress.done + progress.failed) / total) * barCells);
  const done = Math.max(0, ended - failed);
  const bar = '█'.repeat(done) + '▓'.repeat(failed) + '░'.repeat(Math.max(0, barCells - done - failed));
  const words = [
    span(`${bar} `),
    span(`${formatCount(progress.done)} of ${formatCount(progress.total)}`, { bold: true }),
  ];
  if (progress.failed > 0) words.push(span(`, ${formatCount(progress.failed)} failed`));
  if (progress.waitingFor !== undefined) words.push(span(`. Waiting for ${shortLine(progress.waitingFor, 120)}.`));
  return words;
}

/** Widest preformatted line that a phone does not wrap. */
const phoneChars = 38;

/** Columns that line up when they fit beside each other on a phone, otherwise a list with the cells named. */
export function tableElements(table: Table): (types.RichTextPreformatted | types.RichTextList)[] {
  const rows = table.rows.map((cells) => table.columns.map((_, at) => shortLine(cells[at] ?? '', 200) || '–'));
  const columns = table.columns.map((column) => shortLine(column, 40));
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((cells) => cells[at]?.length ?? 0)));
  const lineChars = widths.reduce((sum, width) => sum + width + 2, -2);
  if (lineChars <= phoneChars) {
    const lines = [columns, ...rows].map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    return [{ type: 'rich_text_preformatted', elements: [span(lines.join('\n'))] }];
  }
  return [{ type: 'rich_text_list', style: 'bullet', elements: rows.map((cells) => listItem(columns, cells)) }];
}

function listItem(columns: readonly string[], cells: readonly string[]): types.RichTextSection {
  const rest = columns.slice(1).map((column, at) => {
    const cell = cells[at + 1] ?? '–';
    return isMarked(cell) ? cell : `${column} ${cell}`;
  });
  const spans = [span(cells[0] ?? '–', { bold: true })];
  if (rest.length > 0) spans.push(span(`  ${rest.join(' · ')}`));
  return section(spans);
}
