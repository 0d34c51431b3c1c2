/**
 * Slack's side of Block Kit for tests: what it refuses, and what people would see, be pinged by and could click.
 * Written from docs.slack.dev (Block Kit reference, "Formatting message text"), not from our renderer.
 */
import type { ShownMessage } from '../contract/chat-contract.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Error code with which Slack would refuse these blocks; null when it takes them. The most characters of JSON were seen to be
 * between 13,200 and 13,300 (github.com/slackapi/bolt-js, issue 2509).
 */
export function refusal(blocks: readonly Json[], mostChars = 13_200): string | null {
  if (JSON.stringify(blocks).length > mostChars) return 'msg_blocks_too_long';
  return blocks.length <= 50 && blocks.every(blockIsValid) ? null : 'invalid_blocks';
}

const blockKinds: Readonly<Record<string, (block: Json) => boolean>> = {
  header: (block) => textObject(block.text, 150, ['plain_text']),
  context: (block) => {
    const elements = list(block.elements);
    return elements.length >= 1 && elements.length <= 10 && elements.every((element) => textObject(element, 2000));
  },
  actions: (block) => {
    const elements = list(block.elements);
    const ids = new Set(elements.map((element) => element.action_id));
    return (
      elements.length >= 1 && elements.length <= 25 && ids.size === elements.length && elements.every(buttonIsValid)
    );
  },
  image: (block) =>
    typeof block.alt_text === 'string' &&
    block.alt_text.length <= 2000 &&
    /^F[A-Z0-9]{8,}$/.test(String(record(block.slack_file).id)),
  rich_text: (block) => {
    const elements = list(block.elements);
    return elements.length >= 1 && elements.every(richElementIsValid);
  },
};

function blockIsValid(block: Json): boolean {
  return blockKinds[String(block.type)]?.(block) ?? false;
}

function textObject(value: unknown, most: number, kinds = ['plain_text', 'mrkdwn']): boolean {
  const text = record(value);
  return (
    kinds.includes(String(text.type)) &&
    typeof text.text === 'string' &&
    text.text.length >= 1 &&
    text.text.length <= most
  );
}

function buttonIsValid(button: Json): boolean {
  if (button.type !== 'button' || !textObject(button.text, 75, ['plain_text'])) return false;
  if (typeof button.action_id !== 'string' || button.action_id.length > 255) return false;
  if (button.style !== undefined && button.style !== 'primary' && button.style !== 'danger') return false;
  if (button.confirm === undefined) return true;
  const confirm = record(button.confirm);
  return (
    textObject(confirm.title, 100, ['plain_text']) &&
    textObject(confirm.text, 300) &&
    textObject(confirm.confirm, 30, ['plain_text']) &&
    textObject(confirm.deny, 30, ['plain_text'])
  );
}

function richElementIsValid(element: Json): boolean {
  const inner = list(element.elements);
  if (element.type === 'rich_text_list') return inner.length >= 1 && inner.every(richElementIsValid);
  if (element.type !== 'rich_text_section' && element.type !== 'rich_text_preformatted') return false;
  const isTaken = (type: unknown, url: unknown) => type === 'text' || (type === 'link' && typeof url === 'string');
  return (
    inner.length >= 1 &&
    inner.every(({ type, text, url }) => isTaken(type, url) && typeof text === 'string' && text !== '')
  );
}

/** Ids of the uploaded pictures that these blocks show. */
export function pictureIds(blocks: readonly Json[]): string[] {
  return blocks.filter(({ type }) => type === 'image').map((block) => String(record(block.slack_file).id));
}

/** What is read out instead of each of those pictures. */
export function pictureAlts(blocks: readonly Json[]): string[] {
  return blocks.filter(({ type }) => type === 'image').map((block) => String(block.alt_text));
}

/** A stored message as people see it; `text` of a message with blocks is for notifications, and pings all the same. */
export function look(message: Json): Pick<ShownMessage, 'text' | 'actions' | 'pings' | 'links'> {
  const blocks = list(message.blocks);
  const markup = [String(message.text ?? ''), ...blocks.flatMap((block) => markupOf(block))];
  const elements = blocks.flatMap((block) => deep(block));
  return {
    text: blocks.map(textOf).join('\n'),
    actions: elements
      .filter(({ type }) => type === 'button')
      .map((button) => ({
        id: String(button.action_id),
        label: String(record(button.text).text),
        confirms: button.confirm !== undefined,
      })),
    pings: [
      ...markup.flatMap((text) => text.match(/<[!@][^>]*>/g) ?? []),
      ...elements
        .filter(({ type }) => ['user', 'usergroup', 'broadcast'].includes(String(type)))
        .map(({ type }) => String(type)),
      ...(message.link_names === true || message.parse === 'full' ? (String(message.text).match(/@\w+/g) ?? []) : []),
    ],
    links: [
      ...markup.flatMap((text) => text.match(/<(?:https?|mailto)[^>]*>/g) ?? []),
      ...elements.filter(({ type, url }) => type === 'link' || url !== undefined).map(({ url }) => String(url)),
    ],
  };
}

/** Texts in which Slack looks for markup. */
function markupOf(block: Json): string[] {
  return deep(block)
    .filter(({ type }) => type === 'mrkdwn')
    .map(({ text }) => String(text));
}

function textOf(block: Json): string {
  const text = record(block.text);
  if (typeof text.text === 'string') return text.text;
  const parts = list(block.elements).map((element) =>
    typeof element.text === 'string' ? element.text : textOf(element),
  );
  const lineByLine = block.type === 'rich_text' || block.type === 'rich_text_list';
  return parts.join(lineByLine ? '\n' : '');
}

/** Every object inside, the thing itself first. */
function deep(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(deep);
  if (value === null || typeof value !== 'object') return [];
  return [record(value), ...Object.values(value).flatMap(deep)];
}

function record(value: unknown): Json {
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value)) : {};
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}
