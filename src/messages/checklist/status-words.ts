import type { StepCounts } from '../../checklist/checklist-of.ts';
import type { FindingStatus } from '../../ports/checklist/checklist-store.ts';
import { count, plural } from '../format.ts';
import type { Tone } from '../view.ts';

/** A status by word and mark; the mark never stands alone. */
export const statusWords: Readonly<Record<FindingStatus, { readonly mark: string; readonly word: string }>> = {
  pass: { mark: '✔', word: 'proved' },
  warn: { mark: '▲', word: 'warning' },
  fail: { mark: '✖', word: 'fails' },
  unknown: { mark: '?', word: 'not known' },
  not_applicable: { mark: '○', word: 'not needed' },
};

/** How a status is marked. */
export const statusTones: Readonly<Record<FindingStatus, Tone>> = {
  pass: 'good',
  not_applicable: 'neutral',
  warn: 'warning',
  unknown: 'warning',
  fail: 'bad',
};

/** `✔ proved`. */
export const statusText = (status: FindingStatus): string => `${statusWords[status].mark} ${statusWords[status].word}`;

/** `16 of 18 proved, 1 warning, 1 failing`. */
export function countsText({ total, proved, warnings, failing, unknown }: StepCounts): string {
  return [
    `${count(proved)} of ${count(total)} proved`,
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
    ...(failing > 0 ? [`${count(failing)} failing`] : []),
    ...(unknown > 0 ? [`${count(unknown)} not known`] : []),
  ].join(', ');
}

/** The tone of a message about so many steps. */
export function toneOf({ failing, warnings, unknown }: StepCounts): Tone {
  if (failing > 0) return 'bad';
  return warnings + unknown > 0 ? 'warning' : 'good';
}

/** `3 of 4 sites proved, 1 with failing steps`. */
export function sitesText(all: readonly { readonly counts: StepCounts }[]): string {
  const whole = all.filter(({ counts }) => counts.proved === counts.total).length;
  const failing = all.filter(({ counts }) => counts.failing > 0).length;
  return `${count(whole)} of ${count(all.length)} sites proved${failing > 0 ? `, ${count(failing)} with failing steps` : ''}`;
}
