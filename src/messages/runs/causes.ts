import { count } from '../format.ts';
import { reasonFor } from '../reasons/reasons.ts';

/** Codes that stand for something bad and how often, the most frequent first. Pure. */
export function badCodes(
  byCode: Readonly<Record<string, number>>,
): readonly (readonly [code: string, times: number])[] {
  return Object.entries(byCode)
    .filter(([code, times]) => times > 0 && reasonFor(code).kind === 'failed')
    .sort(([codeA, a], [codeB, b]) => b - a || (codeA < codeB ? -1 : 1));
}

/** A code as people say it: `wrong credentials`. */
export const codeWords = (code: string): string => code.replaceAll('_', ' ');

/** `5 wrong credentials, 3 unreachable, 4 for other reasons`: the numbers add up. Pure. */
export function shortCauses(byCode: Readonly<Record<string, number>>, between: '' | '× ' = '', most = 3): string {
  const bad = badCodes(byCode);
  // A last one alone is named: that takes no more room.
  const named = bad.length === most + 1 ? bad.length : most;
  const shown = bad.slice(0, named).map(([code, times]) => `${count(times)} ${between}${codeWords(code)}`);
  const rest = bad.slice(named).reduce((sum, [, times]) => sum + times, 0);
  return [...shown, ...(rest > 0 ? [`${count(rest)} for other reasons`] : [])].join(', ');
}

/** One sentence for each cause: how many, what happened, what to do. Pure. */
export function causeSentences(byCode: Readonly<Record<string, number>>): readonly string[] {
  return badCodes(byCode).map(([code, times]) => {
    const { what, mend } = reasonFor(code);
    return `${count(times)} × ${what} ${mend}`.trim();
  });
}
