import type { WakeUpChart } from '../../ports/picture.ts';
import type { Text, View } from '../view.ts';

/** What one part of a digest says. */
export interface SectionView {
  /** `Wake-ups`. */
  readonly heading: string;
  /** One line, numbers first; null when there is nothing to say, as for an empty site. */
  readonly headline: Text | null;
  /** True when something changed or somebody should act: such lines come first. */
  readonly isNews: boolean;
  /** True when somebody should act. */
  readonly isAlarm: boolean;
  /** A message of its own in the thread; null when the line is all. */
  readonly details: View | null;
  /** Rows of the file: what, of which, how much, remark. */
  readonly rows: readonly SectionRow[];
  readonly chart?: WakeUpChart;
}

/** A row of a digest's file. */
export type SectionRow = readonly [what: string, of: string, value: string, remark: string];

/** A part with nothing to say. Pure. */
export function quietSection(heading: string, headline: string | null = null): SectionView {
  return { heading, headline, isNews: false, isAlarm: false, details: null, rows: [] };
}
