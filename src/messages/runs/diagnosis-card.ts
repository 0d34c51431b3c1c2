import type { NamedOutcome } from '../../ports/runs/run-store.ts';
import { withCode } from '../cards/refusal-card.ts';
import { count, oneLine, plural } from '../format.ts';
import { reasonFor } from '../reasons/reasons.ts';
import type { Table, View } from '../view.ts';
import { wordsOf } from '../words-of.ts';
import { codeWords } from './causes.ts';

/** Lines of evidence on the card and their length, so that the conclusion after them fits every platform; the file has all. */
const shownLines = 14;
const lineLength = 170;

/** Why one PC did not wake: how it stands, the evidence line by line, then what follows from it. Pure. */
export function diagnosisCard({ name, site, code, report }: NamedOutcome): View {
  const { what, mend, kind } = reasonFor(code);
  const rows = report?.table?.rows ?? [];
  const seen = rows
    .slice(0, shownLines)
    .map(([at = '', by = '', told = '']) => oneLine(`${wordsOf(at)}, ${wordsOf(by)}: ${wordsOf(told)}`, lineLength));
  const more = rows.length - seen.length;
  if (more > 0) seen.push(`${plural(more, 'more line is', 'more lines are')} in the file.`);
  const conclusion = `${kind === 'ended' ? '' : 'Likely: '}${what}${mend === '' ? '' : ` Try: ${mend}`}`;
  return {
    tone: kind === 'ended' ? 'good' : 'warning',
    title: `${name} ${report?.summary ?? codeWords(code)}`,
    // Back-quotes of a device are no code of ours.
    text: [...seen.map((line) => `${line}\n`), ...spansOf(conclusion)],
    facts: [{ label: 'Place', value: site }],
    ...(report?.attachment ? { attachment: report.attachment } : {}),
    context: code,
  };
}

function spansOf(text: string) {
  const spans = withCode(text);
  return typeof spans === 'string' ? [spans] : spans;
}

/** Cause of each of several PCs; their evidence is in the file. Pure. */
export function diagnosisTable(outcomes: readonly NamedOutcome[], mostRows: number): Table {
  const rows = outcomes
    .slice(0, mostRows)
    .map(({ name, code, report }) => [name, codeWords(code), report?.summary ?? '']);
  const more = outcomes.length - rows.length;
  if (more > 0) rows.push([`and ${count(more)} more`, '', '']);
  return { columns: ['PC', 'Likely cause', 'How it stands'], rows };
}
