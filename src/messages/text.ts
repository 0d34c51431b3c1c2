import { cleanLine, cleanText, formatCount } from './plain-text.ts';
import { progressBarOf } from './progress-bar.ts';
import type { Attachment, Fact, Progress, Table, Text, Tone, View } from './view.ts';
import { spanWords, wordsOf } from './words-of.ts';

/** In terminals a state is told by shape and word; there is no colour. */
const marks: Readonly<Record<Tone, string>> = { neutral: '●', working: '◐', good: '✔', warning: '▲', bad: '✖' };

/** How wide a terminal is taken to be when nobody says. */
const usualColumns = 100;

/**
 * A view as plain text for a terminal or a log, in the order of its fields, without a final line feed. Pure. What could
 * steer a terminal (control characters, bidirectional overrides) is taken out. A table wider than `columns` becomes a list.
 */
export function renderText(view: View, options: { readonly columns?: number } = {}): string {
  const columns = options.columns ?? usualColumns;
  const parts: (readonly string[])[] = [[titleLine(view)]];
  if (view.calls !== undefined && view.calls.length > 0)
    parts.push([view.calls.map(({ name }) => `@${cleanLine(name)}`).join(', ')]);
  if (view.text !== undefined) parts.push(plainText(view.text).split('\n'));
  if (view.facts !== undefined) parts.push(factLines(view.facts));
  if (view.progress !== undefined) parts.push([progressLine(view.progress)]);
  if (view.table !== undefined) parts.push(tableLines(view.table, columns - 2));
  if (view.picture !== undefined) parts.push([`Picture: ${cleanLine(view.picture.alt)}`]);
  if (view.context !== undefined) parts.push([cleanLine(view.context)]);
  if (view.attachment !== undefined) parts.push([attachmentLine(view.attachment)]);
  if (view.actions !== undefined && view.actions.length > 0) {
    parts.push([view.actions.map(({ label }) => `[${cleanLine(label)}]`).join(' ')]);
  }
  const [title = [], ...rest] = parts;
  return [...title, ...rest.flat().map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
}

/** The outcome and the bar alone, for a state that is soon replaced. Same care as `renderText`. */
export function renderBriefText(view: View): string {
  return view.progress === undefined ? titleLine(view) : `${titleLine(view)}\n  ${progressLine(view.progress)}`;
}

function titleLine(view: View): string {
  return `${marks[view.tone]} ${cleanLine(view.title)}`;
}

function plainText(text: Text): string {
  if (typeof text === 'string') return cleanText(text);
  return cleanText(
    text.map((span) => (typeof span === 'object' && 'code' in span ? `\`${span.code}\`` : spanWords(span))).join(''),
  );
}

function factLines(facts: readonly Fact[]): string[] {
  const widest = Math.max(...facts.map(({ label }) => width(cleanLine(label))), 0);
  return facts.map(({ label, value }) => `${padded(cleanLine(label), widest)}  ${cleanLine(value) || '–'}`);
}

const barCells = 24;

function progressLine(progress: Progress): string {
  const { done, failed, open } = progressBarOf(progress, barCells);
  const bar = '█'.repeat(done) + '▓'.repeat(failed) + '░'.repeat(open);
  const failures = progress.failed > 0 ? `, ${formatCount(progress.failed)} failed` : '';
  const waiting = progress.waitingFor === undefined ? '' : `. Waiting for ${cleanLine(progress.waitingFor)}`;
  return `${bar} ${formatCount(progress.done)} of ${formatCount(progress.total)}${failures}${waiting}`;
}

function tableLines(table: Table, columns: number): string[] {
  const header = table.columns.map(cleanLine);
  const rows = table.rows.map((cells) => header.map((_, at) => cleanLine(wordsOf(cells[at] ?? '')) || '–'));
  const widths = header.map((name, at) => Math.max(width(name), ...rows.map((cells) => width(cells[at] ?? ''))));
  const between = '  ';
  const whole = widths.reduce((sum, each) => sum + each + between.length, -between.length);
  if (whole > columns) return rows.flatMap((cells) => listItem(header, cells));
  const laid = (cells: readonly string[]) =>
    cells
      .map((cell, at) => padded(cell, widths[at] ?? 0))
      .join(between)
      .trimEnd();
  return [laid(header), laid(widths.map((each) => '─'.repeat(each))), ...rows.map(laid)];
}

function listItem(header: readonly string[], cells: readonly string[]): string[] {
  const [first = '–', ...others] = cells;
  // Of a pair the second says what the first is; its heading before each would only be noise.
  const named = others.map((cell, at) => (header.length === 2 ? cell : `${header[at + 1] ?? ''}: ${cell}`));
  return [first, ...named.map((line) => `  ${line}`)];
}

function attachmentLine(attachment: Attachment): string {
  const lines = attachment.content.replace(/[\r\n]+$/, '').split('\n').length;
  return `File: ${cleanLine(attachment.name)} (${formatCount(lines)} ${lines === 1 ? 'line' : 'lines'})`;
}

/** Code points rather than UTF-16 units; wide scripts come out a little narrow. */
function width(text: string): number {
  return [...text].length;
}

function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}
