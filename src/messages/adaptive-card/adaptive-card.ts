import { formatCount, shortLine } from '../plain-text.ts';
import type { Called, Picture, View } from '../view.ts';
import type { AdaptiveCard, CardAction, CardElement } from './adaptive-card-json.ts';
import {
  actionButton,
  attachmentAction,
  buttons,
  factRow,
  line,
  paragraphs,
  progressBar,
  run,
  tableElements,
  titleBlock,
} from './adaptive-card-parts.ts';

/**
 * What a card may hold, in one place. Teams refuses messages over about 100 KB and connectors over 28 KB (Microsoft Teams
 * documentation, "Limits and specifications"); 26 KiB leaves room for the activity around the card. A picture inside it is not
 * counted by Teams ("Format your bot messages"), and has a limit of its own.
 */
export const adaptiveCardLimits = {
  cardBytes: 26 * 1024,
  titleChars: 300,
  textChars: 6000,
  calls: 20,
  facts: 40,
  tableRows: 100,
  attachmentLines: 40,
  contextChars: 600,
  pictureBytes: 1_000_000,
  altChars: 1_000,
} as const;

/** How much of each part is shown; what is cut is named. */
interface Amounts {
  readonly attachmentLines: number;
  readonly tableRows: number;
  readonly facts: number;
  readonly textChars: number;
}

/** In this order parts give way when a card is too large: the least needed first. */
const givesWay = ['attachmentLines', 'tableRows', 'facts', 'textChars'] as const satisfies readonly (keyof Amounts)[];

/**
 * A view as an Adaptive Card 1.5. Pure. All text is literal. Buttons carry `{id}` only. The JSON is never larger than
 * `adaptiveCardLimits.cardBytes`, the picture apart: attachment, table, facts and text are cut in this order, each with a line
 * that says how much is missing. A picture that is too large is left out, with what it shows in words.
 */
export function renderAdaptiveCard(view: View): AdaptiveCard {
  const { picture } = view;
  const card = withinLimits(view);
  if (picture === undefined) return card;
  const at = view.context === undefined ? card.body.length : card.body.length - 1;
  return { ...card, body: [...card.body.slice(0, at), pictureElement(picture), ...card.body.slice(at)] };
}

function pictureElement({ base64, mediaType, alt }: Picture): CardElement {
  const altText = shortLine(alt, adaptiveCardLimits.altChars);
  if ((base64.length * 3) / 4 > adaptiveCardLimits.pictureBytes)
    return line([run(`Picture too large to be shown: ${altText}`, { isSubtle: true })], 'Medium');
  return { type: 'Image', url: `data:${mediaType};base64,${base64}`, altText, size: 'Stretch', spacing: 'Medium' };
}

function withinLimits(view: View): AdaptiveCard {
  let amounts: Amounts = {
    attachmentLines: adaptiveCardLimits.attachmentLines,
    tableRows: Math.min(adaptiveCardLimits.tableRows, view.table?.rows.length ?? 0),
    facts: adaptiveCardLimits.facts,
    textChars: adaptiveCardLimits.textChars,
  };
  let card = build(view, amounts);
  for (const part of givesWay) {
    if (fits(card)) return card;
    let most = 0;
    let tooMany = amounts[part];
    while (tooMany - most > 1) {
      const middle = Math.floor((most + tooMany) / 2);
      if (fits(build(view, { ...amounts, [part]: middle }))) most = middle;
      else tooMany = middle;
    }
    amounts = { ...amounts, [part]: most };
    card = build(view, amounts);
  }
  return card;
}

const utf8 = new TextEncoder();

function fits(card: AdaptiveCard): boolean {
  return utf8.encode(JSON.stringify(card)).length <= adaptiveCardLimits.cardBytes;
}

function build(view: View, amounts: Amounts): AdaptiveCard {
  const title = shortLine(view.title, adaptiveCardLimits.titleChars);
  const body: CardElement[] = [titleBlock(view.tone, title)];
  if (view.calls !== undefined && view.calls.length > 0) body.push(forWhom(view.calls));
  if (view.text !== undefined) body.push(...paragraphs(view.text, amounts.textChars));
  const facts = view.facts ?? [];
  body.push(...facts.slice(0, amounts.facts).map(factRow));
  if (facts.length > amounts.facts) body.push(missing(facts.length - amounts.facts));
  if (view.progress !== undefined) body.push(...progressBar(view.progress));
  if (view.table !== undefined) {
    body.push(...tableElements(view.table, amounts.tableRows));
    const hidden = view.table.rows.length - amounts.tableRows;
    if (hidden > 0) body.push(missing(hidden));
  }
  if (view.context !== undefined) {
    const context = shortLine(view.context, adaptiveCardLimits.contextChars);
    body.push(line([run(context, { size: 'Small', isSubtle: true })], 'Medium'));
  }
  const actions: CardAction[] = (view.actions ?? []).map(actionButton);
  if (view.attachment !== undefined) actions.push(attachmentAction(view.attachment, amounts.attachmentLines));
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: title,
    body,
    ...(actions.length > 0 ? { actions: buttons(actions) } : {}),
  };
}

/** Names alone: a mention is the platform's own. */
function forWhom(calls: readonly Called[]): CardElement {
  const names = calls.slice(0, adaptiveCardLimits.calls).map(({ name }) => `@${shortLine(name, 80)}`);
  return line([run(names.join(', '), { weight: 'Bolder' })], 'Small');
}

function missing(count: number): CardElement {
  return line([run(`… and ${formatCount(count)} more`, { isSubtle: true })], 'Small');
}
