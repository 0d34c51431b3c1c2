import type { ShownMessage } from '../render.ts';
import { drawCard, readState, restoreState, setPressable } from './card.ts';

/** What an item needs from the page. */
export interface ItemContext {
  /** Presses a button; rejects with an error fit to be shown. */
  readonly press: (action: string, message: ShownMessage) => Promise<void>;
  readonly attachmentAddress: (message: ShownMessage) => string;
  readonly pictureAddress: (message: ShownMessage) => string;
}

/** One message in the list, edited in place. */
export interface MessageItem {
  readonly element: HTMLLIElement;
  /** Where its thread goes. */
  readonly replies: HTMLOListElement;
  message: ShownMessage;
  update(message: ShownMessage): void;
  /** Lets the buttons be pressed again, when a click was refused and the message stays. */
  release(): void;
}

/** Nothing answered a click for so long: let the reader try again. */
const releaseAfterMs = 20_000;

/** Makes an element with a class and text. Text only ever gets in as text. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  text?: string,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** A round picture with initials, its colour made from the id. */
export function avatar(id: string, name: string): HTMLElement {
  if (id === 'oob') {
    const picture = make('img', 'avatar service');
    picture.src = '/page/favicon.svg';
    picture.alt = '';
    return picture;
  }
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('');
  const picture = make('span', 'avatar', initials.toUpperCase());
  picture.ariaHidden = 'true';
  const hue = [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  picture.style.setProperty('--hue', String(hue));
  return picture;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** Makes the item of a message. */
export function createMessageItem(first: ShownMessage, context: ItemContext): MessageItem {
  const element = make('li', 'message');
  const head = make('p', 'head');
  const time = make('time', '', clock.format(new Date(first.at)));
  const edited = make('span', 'edited');
  head.append(make('strong', '', first.authorName), time, edited);
  time.dateTime = first.at;
  time.title = whole.format(new Date(first.at));
  const body = make('div', 'body');
  const replies = make('ol', 'replies');
  const content = make('div', 'content');
  if (first.private) content.append(make('p', 'private', 'Only you can see this'));
  content.append(body, replies);
  element.append(avatar(first.author, first.authorName), head, content);
  element.id = `message-${first.number}`;

  let card: HTMLElement | null = null;
  let release: ReturnType<typeof setTimeout> | undefined;

  const press = (action: string): void => {
    const pressed = card;
    if (pressed === null || pressed.hasAttribute('data-pressed')) return;
    setPressable(pressed, false);
    body.querySelector('.trouble')?.remove();
    release = setTimeout(item.release, releaseAfterMs);
    context.press(action, item.message).catch((error: Error) => {
      item.release();
      const trouble = make('p', 'trouble', `Not done: ${error.message}`);
      trouble.role = 'alert';
      body.append(trouble);
    });
  };

  const show = (message: ShownMessage): void => {
    element.dataset.tone = message.view?.tone ?? 'typed';
    element.classList.toggle('is-private', message.private);
    edited.textContent = message.editedAt === null ? '' : 'edited';
    edited.title = message.editedAt === null ? '' : whole.format(new Date(message.editedAt));
    if (message.text !== null) {
      body.replaceChildren(typed(message.text));
      return;
    }
    const drawn = message.card === null ? null : drawCard(message.card, press);
    const parts: HTMLElement[] = [];
    if (drawn === null) parts.push(make('p', 'trouble', 'This message can’t be shown by this version.'));
    else parts.push(drawn);
    if (message.picture !== null) parts.push(pictureOf(message.picture, context.pictureAddress(message)));
    if (message.attachment !== null) parts.push(fileLink(message, context.attachmentAddress(message)));
    const frame = make('div', 'card');
    frame.append(...parts);
    const before = card === null ? null : readState(card);
    card = drawn;
    body.replaceChildren(frame);
    if (before !== null && drawn !== null) restoreState(drawn, before);
  };

  body.addEventListener('click', (event) => {
    const unfolded = event.target instanceof Element ? event.target.closest('button[aria-expanded="true"]') : null;
    if (unfolded !== null) body.scrollIntoView({ block: 'nearest' });
  });

  const item: MessageItem = {
    element,
    replies,
    message: first,
    update: (message) => {
      clearTimeout(release);
      item.message = message;
      show(message);
    },
    release: () => {
      clearTimeout(release);
      if (card !== null) setPressable(card, true);
    },
  };
  show(first);
  return item;
}

function typed(text: string): HTMLElement {
  const line = make('p', 'typed');
  const [, prefix = '', rest = text] = /^(\/oob)(.*)$/s.exec(text) ?? [];
  line.append(make('span', 'prefix', prefix), rest);
  return line;
}

/** Width and height are known before it is loaded, so that what stands below does not jump. */
function pictureOf(picture: NonNullable<ShownMessage['picture']>, address: string): HTMLElement {
  const image = make('img', 'picture');
  image.alt = picture.alt;
  image.width = picture.width;
  image.height = picture.height;
  image.src = address;
  return image;
}

function fileLink(message: ShownMessage, address: string): HTMLElement {
  const link = make('a', 'file');
  const { name, bytes } = message.attachment ?? { name: '', bytes: 0 };
  link.href = address;
  link.download = name;
  const size = bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KB`;
  link.append(make('span', 'file-name', name), make('span', 'file-size', size));
  return link;
}
