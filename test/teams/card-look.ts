import { createRequire } from 'node:module';

// The package's `main` is ESM without file extensions, which Node cannot load; its bundle can be required.
const official = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js');

/** What the official library says against a card under version 1.5; empty when it is valid. */
export function cardComplaints(content: unknown): string[] {
  const context = new official.SerializationContext(official.Versions.v1_5);
  const card = new official.AdaptiveCard();
  card.parse(content, context);
  const events: { message: string }[] = [];
  for (let at = 0; at < context.eventCount; at++) events.push(context.getEventAt(at));
  events.push(...card.validateProperties().validationEvents);
  return events.map((event) => event.message);
}

/** A button as a person finds it, wherever it is folded away. */
interface SeenAction {
  readonly id: string;
  readonly label: string;
  readonly confirms: boolean;
}

/** A card as a person sees it. */
export interface SeenCard {
  readonly text: string;
  readonly actions: readonly SeenAction[];
  readonly links: readonly string[];
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly pictures: readonly { readonly alt: string; readonly base64: string }[];
}

type Json = Readonly<Record<string, unknown>>;

/** Reads a card as a client draws it: Markdown in the elements that have it, `{{DATE()}}` everywhere, ShowCards unfolded. */
export function seeCard(card: Json): SeenCard {
  const lines: string[] = [];
  const links: string[] = [];
  readBody(card.body, lines, links);
  const pictures = list(card.body)
    .filter(({ type }) => type === 'Image')
    .map(({ url, altText }) => ({
      alt: String(altText),
      base64: /^data:image\/png;base64,(.*)$/.exec(String(url))?.[1] ?? '',
    }));
  const actions: SeenAction[] = [];
  const files: { name: string; content: string }[] = [];
  for (const action of list(card.actions)) readAction(action, actions, files, links);
  return { text: lines.join('\n'), actions, links, files, pictures };
}

function readBody(node: unknown, lines: string[], links: string[]): void {
  for (const element of list(node)) {
    switch (element.type) {
      case 'RichTextBlock':
        lines.push(
          list(element.inlines)
            .map((run) => functions(run.text))
            .join(''),
        );
        for (const run of list(element.inlines))
          if (run.selectAction !== undefined) links.push(String(record(run.selectAction).url));
        break;
      case 'TextBlock':
        lines.push(functions(element.text));
        for (const [, url] of functions(element.text).matchAll(/\[[^\]]*\]\(([^)]*)\)/g)) links.push(url ?? '');
        break;
      case 'ColumnSet':
        for (const column of list(element.columns)) readBody(column.items, lines, links);
        break;
      case 'Table':
        for (const row of list(element.rows)) {
          for (const cell of list(row.cells)) readBody(cell.items, lines, links);
        }
        break;
      case 'Image':
        break;
      default:
        throw new Error(`a card has the element ${String(element.type)}, which this does not know`);
    }
  }
}

function readAction(
  action: Json,
  actions: SeenAction[],
  files: { name: string; content: string }[],
  links: string[],
): void {
  const label = String(action.title);
  if (action.type === 'Action.Execute') {
    actions.push({ id: executeId(action), label, confirms: false });
    return;
  }
  if (action.type !== 'Action.ShowCard') {
    links.push(String(action.url));
    return;
  }
  const inner = record(action.card);
  const buttons = list(inner.actions);
  const [only] = buttons;
  if (only === undefined) {
    const rows = list(inner.body).slice(0, -1);
    const content = rows
      .map(
        (row) =>
          `${list(row.inlines)
            .map((run) => String(run.text))
            .join('')}\n`,
      )
      .join('');
    files.push({ name: label, content });
  } else if (list(inner.body).length > 0) {
    actions.push({ id: executeId(only), label, confirms: true });
  } else {
    for (const button of buttons) readAction(button, actions, files, links);
  }
}

function executeId(action: Json): string {
  const data = record(action.data);
  const fallback = record(action.fallback);
  if (action.verb !== 'oob' || Object.keys(data).join() !== 'id') throw new Error('a button carries something else');
  if (JSON.stringify(fallback.data) !== JSON.stringify(data)) throw new Error('the fallback carries something else');
  return String(data.id);
}

function functions(text: unknown): string {
  return String(text).replace(/\{\{(?:DATE|TIME)\([^)]*\)\}\}/g, '(a date)');
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function record(value: unknown): Json {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value));
}
