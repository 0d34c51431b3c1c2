import type { types } from '@slack/bolt';
import { cutText, formatCount, shortLine } from '../../../src/messages/plain-text.ts';
import type { Called, Picture, Tone, View } from '../../../src/messages/view.ts';
import { buttonRows } from './buttons.ts';
import { richSpans, richText, section, span } from './rich-text.ts';
import { factLines, progressLine, tableElements } from './view-parts.ts';

/**
 * What a message may hold, in one place (docs.slack.dev, Block Kit reference). The limit on all blocks together is
 * undocumented: `msg_blocks_too_long` was seen from 13,200 characters of JSON upwards (github.com/slackapi/bolt-js, issues 2509
 * and 2867).
 */
export const slackLimits = {
  blocks: 50,
  headerChars: 150,
  longTitleChars: 1000,
  textChars: 3000,
  calls: 20,
  facts: 40,
  tableRows: 100,
  buttonsPerBlock: 25,
  buttonChars: 75,
  confirmTitleChars: 100,
  confirmTextChars: 300,
  confirmButtonChars: 30,
  actionIdChars: 255,
  contextChars: 600,
  altChars: 2000,
  fallbackChars: 400,
  blocksJsonChars: 12_000,
} as const;

/** A message as chat.postMessage, chat.update and a response_url take it. `text` is what notifications and old clients show. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: types.KnownBlock[];
}

const icons: Readonly<Record<Tone, string>> = {
  neutral: '🔹',
  working: '⏳',
  good: '✅',
  warning: '⚠️',
  bad: '❌',
};

/** How much of each part is shown. */
interface Amounts {
  readonly tableRows: number;
  readonly facts: number;
  readonly textChars: number;
}

/** In this order parts give way when a message is too large. */
const givesWay = ['tableRows', 'facts', 'textChars'] as const satisfies readonly (keyof Amounts)[];

/** What may differ between two tries of the same message. */
export interface SlackRendering {
  /** Most characters of the blocks' JSON. Default `slackLimits.blocksJsonChars`. */
  readonly mostChars?: number;
  /** Id of the view's picture at Slack; null, the default: the message says in words what it shows. */
  readonly pictureId?: string | null;
}

/**
 * A view as a Slack message. Pure. All text is literal: nothing in it becomes a mention, a link or a format. Table, facts and
 * text are cut in this order until the blocks fit, and say how much is missing.
 */
export function renderSlackMessage(view: View, rendering: SlackRendering = {}): SlackMessage {
  const { mostChars = slackLimits.blocksJsonChars, pictureId = null } = rendering;
  let amounts: Amounts = {
    tableRows: Math.min(slackLimits.tableRows, view.table?.rows.length ?? 0),
    facts: Math.min(slackLimits.facts, view.facts?.length ?? 0),
    textChars: slackLimits.textChars,
  };
  let blocks = build(view, amounts, pictureId);
  for (const part of givesWay) {
    if (fits(blocks, mostChars)) break;
    let most = 0;
    let tooMany = amounts[part];
    while (tooMany - most > 1) {
      const middle = Math.floor((most + tooMany) / 2);
      if (fits(build(view, { ...amounts, [part]: middle }, pictureId), mostChars)) most = middle;
      else tooMany = middle;
    }
    amounts = { ...amounts, [part]: most };
    blocks = build(view, amounts, pictureId);
  }
  const text = `${icons[view.tone]} ${shortLine(view.title, slackLimits.fallbackChars)}`;
  return { text: escapeMarkup(text), blocks };
}

function pictureBlock({ alt }: Picture, pictureId: string | null): types.KnownBlock {
  const words = shortLine(alt, slackLimits.altChars);
  return pictureId === null
    ? { type: 'context', elements: [{ type: 'plain_text', text: words, emoji: false }] }
    : { type: 'image', slack_file: { id: pictureId }, alt_text: words };
}

function fits(blocks: readonly types.KnownBlock[], mostChars: number): boolean {
  return JSON.stringify(blocks).length <= mostChars;
}

function build(view: View, amounts: Amounts, pictureId: string | null): types.KnownBlock[] {
  const blocks: types.KnownBlock[] = [titleBlock(view)];
  if (view.calls !== undefined && view.calls.length > 0) blocks.push(richText([forWhom(view.calls)]));
  if (view.text !== undefined) {
    const spans = richSpans(view.text, amounts.textChars);
    if (spans.length > 0) blocks.push(richText([section(spans)]));
  }
  const facts = view.facts ?? [];
  if (facts.length > 0) {
    const lines = factLines(facts.slice(0, amounts.facts));
    blocks.push(richText([...lines, ...missing(facts.length - amounts.facts)]));
  }
  if (view.progress !== undefined) blocks.push(richText([section(progressLine(view.progress))]));
  if (view.table !== undefined && view.table.rows.length > 0) {
    const rows = view.table.rows.slice(0, amounts.tableRows);
    const elements = rows.length > 0 ? tableElements({ ...view.table, rows }) : [];
    blocks.push(richText([...elements, ...missing(view.table.rows.length - rows.length)]));
  }
  if (view.picture !== undefined) blocks.push(pictureBlock(view.picture, pictureId));
  blocks.push(...buttonRows(view.actions ?? [], slackLimits));
  const context = shortLine(view.context ?? '', slackLimits.contextChars);
  if (context !== '') {
    blocks.push({ type: 'context', elements: [{ type: 'plain_text', text: context, emoji: false }] });
  }
  return blocks.slice(0, slackLimits.blocks);
}

/** Members by their id, so that Slack tells them; nobody else can be reached in this way, no channel and no group. */
function forWhom(calls: readonly Called[]): types.RichTextSection {
  const elements = calls
    .slice(0, slackLimits.calls)
    .map(({ name, user }): types.RichTextSection['elements'][number] =>
      user !== null && /^[UW][A-Z0-9]+$/.test(user)
        ? { type: 'user', user_id: user }
        : span(shortLine(name, 80), { bold: true }),
    );
  return {
    type: 'rich_text_section',
    elements: elements.flatMap((element, index) => (index === 0 ? [element] : [span(', '), element])),
  };
}

/** A header; a title too long for one is a line in bold, for the outcome must not be cut off. */
function titleBlock(view: View): types.KnownBlock {
  const title = `${icons[view.tone]} ${shortLine(view.title, slackLimits.longTitleChars)}`;
  if (title.length > slackLimits.headerChars) {
    return richText([section([span(cutText(title, slackLimits.longTitleChars), { bold: true })])]);
  }
  return { type: 'header', text: { type: 'plain_text', text: title, emoji: false } };
}

function missing(count: number): types.RichTextSection[] {
  return count > 0 ? [section([span(`… and ${formatCount(count)} more`, { italic: true })])] : [];
}

/** The three characters that begin markup in message text (docs.slack.dev, "Formatting message text"). */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
