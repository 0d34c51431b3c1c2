/**
 * The part of Adaptive Cards 1.5 that is used here, as JSON. Public source: https://adaptivecards.io/explorer/.
 * There is no TextBlock and no FactSet: both parse Markdown, a TextRun shows its text as it is.
 */

/** Named colours; each client maps them to its light or dark theme. */
export type CardColor = 'Default' | 'Accent' | 'Good' | 'Warning' | 'Attention';

/** A piece of literal text. */
export interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly color?: CardColor;
  readonly weight?: 'Bolder';
  readonly size?: 'Small' | 'Medium';
  readonly fontType?: 'Monospace';
  readonly isSubtle?: true;
  /** Makes the run a link: a piece of Markdown would have to be escaped. */
  readonly selectAction?: { readonly type: 'Action.OpenUrl'; readonly url: string };
}

type Spacing = 'None' | 'Small' | 'Medium';

/** One paragraph. */
export interface RichTextBlock {
  readonly type: 'RichTextBlock';
  readonly inlines: readonly TextRun[];
  readonly spacing?: Spacing;
}

/** A column; `width` is a weight beside its neighbours, or as narrow as its content. */
interface Column {
  readonly type: 'Column';
  readonly width: number | 'auto' | 'stretch';
  readonly items: readonly CardElement[];
}

/** Columns side by side. */
interface ColumnSet {
  readonly type: 'ColumnSet';
  readonly columns: readonly Column[];
  readonly spacing?: Spacing;
}

/** A table; the first row is its header. */
interface CardTable {
  readonly type: 'Table';
  readonly columns: readonly { readonly width: number }[];
  readonly firstRowAsHeader: true;
  readonly showGridLines: false;
  readonly rows: readonly {
    readonly type: 'TableRow';
    readonly cells: readonly { readonly type: 'TableCell'; readonly items: readonly CardElement[] }[];
  }[];
  readonly spacing?: Spacing;
}

/** A picture; `url` is a data URI. */
interface CardImage {
  readonly type: 'Image';
  readonly url: string;
  readonly altText: string;
  /** As wide as the card. */
  readonly size: 'Stretch';
  readonly spacing?: Spacing;
}

/** Anything in a card's body. */
export type CardElement = RichTextBlock | ColumnSet | CardTable | CardImage;

type ActionStyle = 'default' | 'positive' | 'destructive';

/** All that travels with a click: the opaque id of a View's Action. */
interface ActionData {
  readonly id: string;
}

/** A button that invokes the bot; clients without Universal Actions send the fallback's data as a message. */
export interface ExecuteAction {
  readonly type: 'Action.Execute';
  readonly title: string;
  readonly verb: 'oob';
  readonly data: ActionData;
  readonly style: ActionStyle;
  readonly fallback: {
    readonly type: 'Action.Submit';
    readonly title: string;
    readonly data: ActionData;
    readonly style: ActionStyle;
  };
}

/** A button that unfolds a card below itself. */
export interface ShowCardAction {
  readonly type: 'Action.ShowCard';
  readonly title: string;
  readonly style: ActionStyle;
  readonly card: {
    readonly type: 'AdaptiveCard';
    readonly body: readonly CardElement[];
    readonly actions?: readonly CardAction[];
  };
}

/** Any button. */
export type CardAction = ExecuteAction | ShowCardAction;

/** A whole card, ready for JSON. */
export interface AdaptiveCard {
  readonly type: 'AdaptiveCard';
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly version: '1.5';
  /** What clients that cannot draw cards show, and what is read out. */
  readonly fallbackText: string;
  readonly body: readonly CardElement[];
  readonly actions?: readonly CardAction[];
}
