import type { AmtStatus } from '../../discovery/amt-status.ts';
import type { Text, Tone } from '../view.ts';

/** Which page; data, so that only the one who serves pages knows their addresses. Pages of a list are counted from 1. */
export type Place =
  | { readonly kind: 'sites' }
  /** `step`: number of the step that is unfolded. */
  | { readonly kind: 'site'; readonly site: string; readonly step: number | null }
  | { readonly kind: 'pcs'; readonly site: string; readonly status: AmtStatus | null; readonly page: number }
  | { readonly kind: 'pc'; readonly name: string };

/** A name that leads to a page. */
export interface Way {
  readonly label: string;
  readonly to: Place;
  /** It is the page that is shown. */
  readonly isHere?: true;
}

/** What stands in a cell of a table, or beside a label. With a tone it has a mark, which never stands for the word. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
  readonly to?: Place;
}

/** A cell with what it is about beside it. */
export interface PageFact {
  readonly label: string;
  readonly value: Cell;
}

/** Makes one of plain text. */
export const fact = (label: string, text: string, tone?: Tone): PageFact => ({
  label,
  value: { text, ...(tone ? { tone } : {}) },
});

/** A column; `isCount`: its numbers line up. */
export interface Column {
  readonly label: string;
  readonly isCount?: true;
}

/** A command to be said, without `/oob`, and what it does in two or three words. */
export interface Offer {
  readonly label: string;
  readonly command: string;
}

/** A line that can be unfolded. */
export interface Fold {
  /** Number of the step, also what it is found by. */
  readonly number: number;
  readonly title: string;
  readonly state: Cell;
  /** What made it so, in one line. */
  readonly line: string;
  readonly isOpen: boolean;
  readonly blocks: readonly Block[];
}

/** A part of a page. */
export type Block =
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'facts'; readonly facts: readonly PageFact[] }
  /** The first cell of a row names it. `caption` is read out and not shown: it says what the table is. */
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
    }
  /** Parts of a whole, as a bar with the words beside it. */
  | { readonly kind: 'shares'; readonly caption: string; readonly shares: readonly Share[] }
  | { readonly kind: 'folds'; readonly folds: readonly Fold[] }
  | { readonly kind: 'offers'; readonly offers: readonly Offer[] }
  /** A choice among pages, such as the pages of a list. */
  | { readonly kind: 'ways'; readonly label: string; readonly ways: readonly Way[] }
  /** Where a PC's name is typed in. */
  | { readonly kind: 'search'; readonly label: string };

/** One part of a whole. */
export interface Share {
  readonly label: string;
  readonly count: number;
  readonly tone: Tone;
  readonly to: Place;
}

/** A heading and what stands below it. */
export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** A page of the console, before any markup. Every string is plain text. */
export interface Page {
  readonly title: string;
  /** How it stands, in one line. */
  readonly headline: Cell;
  /** The pages above it, the highest first. */
  readonly above: readonly Way[];
  readonly sections: readonly Section[];
  /** Small print. */
  readonly context: string;
}
