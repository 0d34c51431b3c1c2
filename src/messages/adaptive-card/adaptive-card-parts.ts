import { cleanText, cutText, formatCount, isMarked, shortLine } from '../plain-text.ts';
import { progressBarOf } from '../progress-bar.ts';
import type { Action, Attachment, Fact, Progress, Span, Table, Text, Tone } from '../view.ts';
import { spanWords, wordsOf } from '../words-of.ts';
import type {
  CardAction,
  CardColor,
  CardElement,
  ExecuteAction,
  RichTextBlock,
  ShowCardAction,
  TextRun,
} from './adaptive-card-json.ts';

/** Text glyphs, not emoji: they take the colour of the client's theme, and differ in shape for those who see no colour. */
const marks: Readonly<Record<Tone, { readonly icon: string; readonly color: CardColor }>> = {
  neutral: { icon: '●', color: 'Default' },
  working: { icon: '◐', color: 'Accent' },
  good: { icon: '✔\ufe0e', color: 'Good' },
  warning: { icon: '▲', color: 'Warning' },
  bad: { icon: '✖\ufe0e', color: 'Attention' },
};

/** A run of literal text. `{{DATE(...)}}` and `{{TIME(...)}}` are the one thing clients replace in it: parted by an invisible space. */
export function run(text: string, style: Omit<TextRun, 'type' | 'text'> = {}): TextRun {
  return { type: 'TextRun', text: text.replaceAll('{{', '{\u200b{'), ...style };
}

/** A paragraph of runs. */
export function line(inlines: readonly TextRun[], spacing?: 'None' | 'Small' | 'Medium'): RichTextBlock {
  return { type: 'RichTextBlock', inlines, ...(spacing === undefined ? {} : { spacing }) };
}

/** The outcome with its icon. Only the icon has a colour: in some themes of Teams yellow or green text can't be read. */
export function titleBlock(tone: Tone, title: string): RichTextBlock {
  const { icon, color } = marks[tone];
  return line([
    run(`${icon} `, { color, weight: 'Bolder', size: 'Medium' }),
    run(title, { weight: 'Bolder', size: 'Medium' }),
  ]);
}

/** Text as one block per line, for clients do not agree on line feeds inside a run. At most `mostChars` characters. */
export function paragraphs(text: Text, mostChars: number): RichTextBlock[] {
  const spans: readonly Span[] = typeof text === 'string' ? [text] : text;
  const lines: TextRun[][] = [[]];
  let left = mostChars;
  for (const span of spans) {
    if (left <= 0) break;
    const shown = cutText(cleanText(spanWords(span).slice(0, left * 2)), left);
    left -= shown.length;
    shown.split('\n').forEach((part, index) => {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push(run(part, spanStyle(span)));
    });
  }
  const blocks: RichTextBlock[] = [];
  let gap: 'Small' | 'Medium' | 'None' = 'Small';
  for (const inlines of lines) {
    if (inlines.length > 0) blocks.push(line(inlines, gap));
    gap = inlines.length > 0 ? 'None' : 'Medium';
  }
  return blocks;
}

function spanStyle(span: Span): Omit<TextRun, 'type' | 'text'> {
  if (typeof span === 'string') return {};
  if ('page' in span) return { selectAction: { type: 'Action.OpenUrl', url: span.page } };
  return 'code' in span ? { fontType: 'Monospace' } : { weight: 'Bolder' };
}

/** Label and value side by side; labels of all facts have the same width. */
export function factRow(fact: Fact, index: number): CardElement {
  return {
    type: 'ColumnSet',
    spacing: index === 0 ? 'Medium' : 'Small',
    columns: [
      { type: 'Column', width: 1, items: [line([run(shortLine(fact.label, 60), { isSubtle: true })])] },
      { type: 'Column', width: 2, items: paragraphs(fact.value === '' ? '–' : fact.value, 500) },
    ],
  };
}

const barCells = 20;

/**
 * A bar of block characters (Adaptive Cards 1.5 has no progress bar) that differ in shape as in colour, and the counts in words.
 */
export function progressBar(progress: Progress): CardElement[] {
  const { done, failed, open } = progressBarOf(progress, barCells);
  const cells: TextRun[] = [];
  if (done > 0) cells.push(run('█'.repeat(done), { color: 'Good', fontType: 'Monospace' }));
  if (failed > 0) cells.push(run('▓'.repeat(failed), { color: 'Attention', fontType: 'Monospace' }));
  if (open > 0) cells.push(run('░'.repeat(open), { fontType: 'Monospace', isSubtle: true }));
  const words = [run(`${formatCount(progress.done)} of ${formatCount(progress.total)}`, { weight: 'Bolder' })];
  if (progress.failed > 0) words.push(run(`, ${formatCount(progress.failed)} failed`));
  if (progress.waitingFor !== undefined) words.push(run(`. Waiting for ${shortLine(progress.waitingFor, 120)}.`));
  return [line(cells, 'Medium'), line(words, 'None')];
}

/** Widest row, in characters, that still stands side by side on a phone. */
const phoneChars = 38;

/** A real table when its columns fit beside each other on a phone, otherwise one item per row with its cells named. */
export function tableElements(table: Table, mostRows: number): CardElement[] {
  const rows = table.rows.slice(0, mostRows);
  if (rows.length === 0) return [];
  const widths = table.columns.map((column, at) =>
    Math.max(column.length, ...rows.map((cells) => wordsOf(cells[at] ?? '').length)),
  );
  const fitsPhone = widths.reduce((sum, width) => sum + width, 0) <= phoneChars && table.columns.length <= 4;
  return fitsPhone ? [grid(table.columns, rows, widths)] : rows.map((cells) => listItem(table.columns, cells));
}

function grid(columns: readonly string[], rows: readonly (readonly Text[])[], widths: readonly number[]): CardElement {
  const row = (cells: readonly Text[]) => ({
    type: 'TableRow' as const,
    cells: columns.map((_, at) => ({
      type: 'TableCell' as const,
      items: [line(cellRuns(cells[at] ?? '', 100))],
    })),
  });
  return {
    type: 'Table',
    spacing: 'Medium',
    firstRowAsHeader: true,
    showGridLines: false,
    columns: widths.map((width) => ({ width: Math.max(width, 4) })),
    rows: [row(columns), ...rows.map(row)],
  };
}

/** A cell on one line, a dash for an empty one. */
function cellRuns(cell: Text, mostChars: number, style: Omit<TextRun, 'type' | 'text'> = {}): TextRun[] {
  const runs: TextRun[] = [];
  let left = mostChars;
  for (const span of typeof cell === 'string' ? [cell] : cell) {
    const shown = left > 0 ? shortLine(spanWords(span), left) : '';
    left -= shown.length;
    if (shown !== '') runs.push(run(shown, { ...style, ...spanStyle(span) }));
  }
  return runs.length > 0 ? runs : [run('–', style)];
}

function listItem(columns: readonly string[], cells: readonly Text[]): CardElement {
  const inlines: TextRun[] = cellRuns(cells[0] ?? '', 100, { weight: 'Bolder' });
  columns.slice(1).forEach((column, index) => {
    const cell = cells[index + 1] ?? '';
    const words = shortLine(wordsOf(cell), 200);
    if (words === '') return;
    inlines.push(run(index === 0 ? '  ' : ' · '));
    // With one column there is nothing to tell apart.
    if (columns.length > 2 && !isMarked(words)) inlines.push(run(`${shortLine(column, 40)} `, { isSubtle: true }));
    inlines.push(...cellRuns(cell, 200));
  });
  return line(inlines, 'Small');
}

/** Teams draws at most six buttons of a card, the official web renderer five unless configured. */
const buttonsPerCard = 5;

/** One button per action; those that are too many are below a "More" button. */
export function buttons(actions: readonly CardAction[]): CardAction[] {
  if (actions.length <= buttonsPerCard) return [...actions];
  const more = actions.slice(buttonsPerCard - 1);
  return [
    ...actions.slice(0, buttonsPerCard - 1),
    {
      type: 'Action.ShowCard',
      title: `More (${formatCount(more.length)})`,
      style: 'default',
      card: { type: 'AdaptiveCard', body: [], actions: buttons(more) },
    },
  ];
}

const styles = { default: 'default', primary: 'positive', danger: 'destructive' } as const;

/** The button of an action; one that asks first unfolds the question with the button that counts inside. */
export function actionButton(action: Action): CardAction {
  const label = buttonTitle(action.label);
  if (action.confirm === undefined) return execute(action, label);
  return {
    type: 'Action.ShowCard',
    title: label,
    style: styles[action.style],
    card: {
      type: 'AdaptiveCard',
      body: [
        line([run(shortLine(action.confirm.title, 200), { weight: 'Bolder' })]),
        ...paragraphs(action.confirm.text, 1000),
      ],
      actions: [execute(action, buttonTitle(action.confirm.yes))],
    },
  };
}

function execute(action: Action, title: string): ExecuteAction {
  const data = { id: action.id };
  const style = styles[action.style];
  return {
    type: 'Action.Execute',
    title,
    verb: 'oob',
    data,
    style,
    fallback: { type: 'Action.Submit', title, data, style },
  };
}

function buttonTitle(label: string): string {
  return shortLine(label, 80);
}

/** The beginning of a file, folded away: a bot in Teams cannot hand over a file without asking for consent first. */
export function attachmentAction(attachment: Attachment, mostLines: number): ShowCardAction {
  const lines = attachment.content.replace(/[\r\n]+$/, '').split('\n');
  const shown = lines.slice(0, mostLines);
  const body: CardElement[] = shown.map((text, index) =>
    line([run(shortLine(text, 200) || ' ', { fontType: 'Monospace', size: 'Small' })], index === 0 ? 'Small' : 'None'),
  );
  const note =
    shown.length === lines.length
      ? `All ${formatCount(lines.length)} lines.`
      : `${formatCount(shown.length)} of ${formatCount(lines.length)} lines. Ask again in the oob console for the whole file.`;
  body.push(line([run(note, { isSubtle: true, size: 'Small' })], 'Small'));
  return {
    type: 'Action.ShowCard',
    title: shortLine(attachment.name, 80),
    style: 'default',
    card: { type: 'AdaptiveCard', body },
  };
}
