import type { types } from '@slack/bolt';
import { formatCount, isMarked, shortLine } from '../../../src/messages/plain-text.ts';
import { progressBarOf } from '../../../src/messages/progress-bar.ts';
import type { Fact, Progress, Table, Text } from '../../../src/messages/view.ts';
import { spanWords } from '../../../src/messages/words-of.ts';
import { type RichSpan, section, span, styled } from './rich-text.ts';

/** Facts as one line each, the label in bold. Section fields would be two columns, but cannot be both literal and bold. */
export function factLines(facts: readonly Fact[]): types.RichTextSection[] {
  return facts.map(({ label, value }) =>
    section([span(`${shortLine(label, 60)}: `, { bold: true }), span(shortLine(value, 500) || '–')]),
  );
}

const barCells = 20;

/** A bar of characters that differ in shape, and the counts in words. */
export function progressLine(progress: Progress): RichSpan[] {
  const { done, failed, open } = progressBarOf(progress, barCells);
  const bar = '█'.repeat(done) + '▓'.repeat(failed) + '░'.repeat(open);
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
const cellChars = 200;

/** Columns that line up when they fit beside each other on a phone, otherwise a list with the cells named. */
export function tableElements(table: Table): (types.RichTextPreformatted | types.RichTextList)[] {
  const rows = table.rows.map((cells) => table.columns.map((_, at) => cellSpans(cells[at] ?? '')));
  const columns = table.columns.map((column) => shortLine(column, 40));
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((cells) => chars(cells[at] ?? []))));
  const lineChars = widths.reduce((sum, width) => sum + width + 2, -2);
  if (lineChars <= phoneChars) {
    const lines = [columns.map((column) => [span(column)]), ...rows].map((cells) => aligned(cells, widths));
    const spans = lines.flatMap((line, at) => (at === 0 ? line : [span('\n'), ...line]));
    return [{ type: 'rich_text_preformatted', elements: joined(spans) }];
  }
  return [{ type: 'rich_text_list', style: 'bullet', elements: rows.map((cells) => listItem(columns, cells)) }];
}

/** A cell on one line, a dash for an empty one. */
function cellSpans(cell: Text): readonly RichSpan[] {
  const spans: RichSpan[] = [];
  let left = cellChars;
  for (const part of typeof cell === 'string' ? [cell] : cell) {
    const shown = left > 0 ? shortLine(spanWords(part), left) : '';
    left -= shown.length;
    if (shown !== '') spans.push(styled(shown, part));
  }
  return spans.length > 0 ? spans : [span('–')];
}

const words = (spans: readonly RichSpan[]) => spans.map(({ text }) => text ?? '').join('');
const chars = (spans: readonly RichSpan[]) => words(spans).length;

function aligned(cells: readonly (readonly RichSpan[])[], widths: readonly number[]): readonly RichSpan[] {
  return cells.flatMap((cell, at) => {
    const gap = at < cells.length - 1 ? (widths[at] ?? 0) - chars(cell) + 2 : 0;
    return gap > 0 ? [...cell, span(' '.repeat(gap))] : cell;
  });
}

/** Neighbours without a style become one. */
function joined(spans: readonly RichSpan[]): RichSpan[] {
  const all: RichSpan[] = [];
  for (const each of spans) {
    const last = all.at(-1);
    const isPlain = (one: RichSpan | undefined) => one?.type === 'text' && one.style === undefined;
    if (isPlain(last) && isPlain(each)) all[all.length - 1] = span(`${last?.text}${each.text}`);
    else all.push(each);
  }
  return all;
}

function listItem(columns: readonly string[], cells: readonly (readonly RichSpan[])[]): types.RichTextSection {
  const rest = columns.slice(1).flatMap((column, at): readonly RichSpan[] => {
    const cell = cells[at + 1] ?? [];
    return [span(at === 0 ? '  ' : ' · '), ...(isMarked(words(cell)) ? [] : [span(`${column} `)]), ...cell];
  });
  const first = (cells[0] ?? []).map((each) => ({ ...each, style: { ...each.style, bold: true } }));
  return section([...first, ...joined(rest)]);
}
