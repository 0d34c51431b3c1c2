import type * as AdaptiveCardsLibrary from 'adaptivecards';

/** The official renderer, from /vendor/adaptivecards.js. */
declare const AdaptiveCards: typeof AdaptiveCardsLibrary;

const colours = (name: string) => ({ default: `var(--card-${name})`, subtle: `var(--card-${name}-subtle)` });

const foregroundColors = {
  default: colours('text'),
  accent: colours('accent'),
  good: colours('good'),
  warning: colours('warning'),
  attention: colours('attention'),
};

/** Colours are the page's own custom properties, so that a card follows light and dark without being drawn again. */
const hostConfig = {
  supportsInteractivity: true,
  spacing: { small: 3, default: 8, medium: 10, large: 16, extraLarge: 24, padding: 0 },
  separator: { lineThickness: 1, lineColor: 'var(--line)' },
  fontTypes: {
    default: {
      fontFamily: 'var(--font)',
      fontSizes: { small: 13, default: 15, medium: 15, large: 18, extraLarge: 22 },
      fontWeights: { lighter: 400, default: 400, bolder: 600 },
    },
    monospace: {
      fontFamily: 'var(--mono)',
      fontSizes: { small: 12, default: 13.5, medium: 14, large: 16, extraLarge: 20 },
      fontWeights: { lighter: 400, default: 400, bolder: 600 },
    },
  },
  containerStyles: {
    default: { backgroundColor: 'transparent', foregroundColors },
    emphasis: { backgroundColor: 'transparent', foregroundColors },
  },
  actions: {
    maxActions: 6,
    spacing: 'medium',
    buttonSpacing: 8,
    showCard: { actionMode: 'inline', inlineTopMargin: 10, style: 'emphasis' },
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
  },
  table: { cellSpacing: 3 },
};

/** Draws an Adaptive Card. `onPress` gets the opaque id of a button. Null when the card is none. */
export function drawCard(card: unknown, onPress: (action: string) => void): HTMLElement | null {
  // The message around the card takes the focus order; the card itself is no stop of its own.
  AdaptiveCards.GlobalSettings.setTabIndexAtCardRoot = false;
  const drawn = new AdaptiveCards.AdaptiveCard();
  drawn.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
  drawn.onExecuteAction = (action) => {
    // The library keeps a link from being followed, and leaves it to the page.
    if (action instanceof AdaptiveCards.OpenUrlAction) return void open(action.url, '_blank', 'noopener');
    const { data } = action as AdaptiveCardsLibrary.SubmitAction;
    const id: unknown = data !== undefined && 'id' in data ? data.id : undefined;
    if (typeof id === 'string') onPress(id);
  };
  drawn.parse(card);
  const element = drawn.render() ?? null;
  if (element !== null) drawBars(element);
  return element;
}

const cellKinds: Readonly<Record<string, string>> = { '█': 'done', '▓': 'failed', '░': 'open' };

/** Block characters have seams in most fonts: what is nothing but such characters becomes a real bar of the same parts. */
function drawBars(card: HTMLElement): void {
  for (const block of card.querySelectorAll<HTMLElement>('.ac-richTextBlock')) {
    if (!/^[█▓░]+$/.test(block.textContent ?? '')) continue;
    block.classList.add('bar');
    block.ariaHidden = 'true';
    for (const span of block.querySelectorAll('span')) {
      const cells = span.textContent ?? '';
      span.dataset.cells = cellKinds[cells[0] ?? ''] ?? 'open';
      span.style.flexGrow = String(cells.length);
    }
  }
}

const buttonsOf = (card: HTMLElement) => [...card.querySelectorAll('button')];

/** What the reader had done to a card: which parts were unfolded, which button had the focus; by the buttons' words. */
export interface CardState {
  readonly open: readonly (string | null)[];
  readonly focused: string | null;
}

/** To be read while the card is still in the document. */
export function readState(card: HTMLElement): CardState {
  const open = buttonsOf(card).filter((button) => button.getAttribute('aria-expanded') === 'true');
  const focused = card.contains(document.activeElement) ? (document.activeElement?.textContent ?? null) : null;
  return { open: open.map((button) => button.textContent), focused };
}

/** Does the same to the card that took the other's place. */
export function restoreState(card: HTMLElement, { open, focused }: CardState): void {
  const named = (name: string | null) => buttonsOf(card).find((button) => button.textContent === name);
  for (const name of open) named(name)?.click();
  if (focused !== null) named(focused)?.focus();
}

/** Buttons of a card that was pressed can't be pressed again. */
export function setPressable(card: HTMLElement, pressable: boolean): void {
  for (const button of buttonsOf(card)) button.disabled = !pressable;
  card.toggleAttribute('data-pressed', !pressable);
}
