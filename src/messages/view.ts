import type { PageAddress } from './page-address.ts';

/**
 * What is said to people, before any platform's markup. Every string here is plain text: renderers escape it, and nothing in
 * it is ever parsed as markup, a link or a mention.
 */

/** Text with the two styles that all platforms have. A bare string is plain. */
export type Text = string | readonly Span[];

/** A piece of text: plain, monospaced (commands, names), strong, or leading to a page of the console: the one way to a link. */
export type Span =
  | string
  | { readonly code: string }
  | { readonly strong: string }
  | { readonly words: string; readonly page: PageAddress };

/** Sets icon and colour. The word for the state is always in the title too, never in colour alone. */
export type Tone = 'neutral' | 'working' | 'good' | 'warning' | 'bad';

/** A label and its value, shown as a line or a two-column list. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Short rows; renderers turn it into a list where a table does not fit. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Text[])[];
}

/** A bar. `done` counts good ends, `failed` bad ones; the rest of `total` is still open. */
export interface Progress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** What it waits for, in a few words. */
  readonly waitingFor?: string;
}

/** A button. `id` is opaque and looked up in the store on click; nothing else travels with it. */
export interface Action {
  readonly id: string;
  /** What it does, to how many: "Approve", "Retry 8". */
  readonly label: string;
  readonly style: 'default' | 'primary' | 'danger';
  /** Asked before the click counts. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string };
}

/** A text file that goes with the message (long lists, CSV). */
export interface Attachment {
  readonly name: string;
  readonly mediaType: 'text/csv' | 'text/plain' | 'application/jsonl';
  readonly content: string;
}

/**
 * A picture below the text: PNG, at most 1024 x 1024 pixels and 1 MB, which is what Teams takes (Microsoft Teams documentation,
 * "Send and receive messages", picture messages). What it shows also stands in the message as words: nobody needs to see it.
 */
export interface Picture {
  readonly name: string;
  readonly mediaType: 'image/png';
  readonly base64: string;
  /** Size at which it is shown, in CSS pixels; the file has twice as many. */
  readonly width: number;
  readonly height: number;
  /** What it shows, for those who cannot see it. */
  readonly alt: string;
}

/**
 * How what was asked for stands, for programs that read the answer (`oob say`, its exit code); people read the title.
 * `refused` is also "not understood". `waiting` waits for a person, such as an approver. `working` goes on by itself and the
 * message will be replaced; the others are final.
 */
export type ViewOutcome = 'done' | 'some_failed' | 'refused' | 'waiting' | 'working';

/** Somebody whom a message calls, so that their client tells them. */
export interface Called {
  readonly name: string;
  /** Their immutable id on the platform that the message goes to; null when they have none there: the name alone is shown. */
  readonly user: string | null;
}

/** One message. Shown top to bottom in the order of the fields. */
export interface View {
  readonly tone: Tone;
  /** The outcome in one line. */
  readonly title: string;
  /** Whom it is for. The one way to a mention: no text ever becomes one. Never everybody. */
  readonly calls?: readonly Called[];
  readonly text?: Text;
  readonly facts?: readonly Fact[];
  readonly progress?: Progress;
  readonly table?: Table;
  readonly picture?: Picture;
  readonly actions?: readonly Action[];
  /** Small print: ids, reason code, who and when. */
  readonly context?: string;
  readonly attachment?: Attachment;
  /** How it stands, for programs; never shown. Missing: a plain answer such as a list, after which nothing more comes. */
  readonly outcome?: ViewOutcome;
}
