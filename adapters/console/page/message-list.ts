import type { ShownMessage } from '../render.ts';
import { createMessageItem, type ItemContext, type MessageItem, make } from './message-item.ts';

/** The messages of the channel, kept in order. */
export interface MessageList {
  /** Shows exactly these. */
  reset(messages: readonly ShownMessage[]): void;
  /** Adds a message or edits it in place; what is older than what is shown is ignored. */
  put(message: ShownMessage): void;
  /** Shows the end, as after something was said. */
  toEnd(): void;
  /** The click that became this invocation is under way in this message. */
  clicked(invocation: string, message: ShownMessage): void;
}

const mostItems = 500;
const nearEndPixels = 80;
const togetherMs = 5 * 60_000;

/** Makes the list. `announce` is told what is worth hearing, `onEmpty` whether there is anything. */
export function createMessageList(options: {
  readonly list: HTMLOListElement;
  readonly scroll: HTMLElement;
  readonly toEnd: HTMLButtonElement;
  readonly context: ItemContext;
  readonly announce: (text: string) => void;
  readonly onEmpty: (empty: boolean) => void;
}): MessageList {
  const { list, scroll, toEnd } = options;
  const items = new Map<number, MessageItem>();
  const clicks = new Map<string, number>();
  const answered = new Set<string>();
  let atEnd = true;

  const goToEnd = (): void => {
    scroll.scrollTop = scroll.scrollHeight;
  };
  let scrolledTo = 0;
  scroll.addEventListener('scroll', () => {
    const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < nearEndPixels;
    // Only a reader scrolls up; that the end has moved away is not their doing.
    if (near) atEnd = true;
    else if (scroll.scrollTop < scrolledTo) atEnd = false;
    scrolledTo = scroll.scrollTop;
    if (atEnd) toEnd.hidden = true;
  });
  toEnd.addEventListener('click', goToEnd);
  // Cards change their height after they were put in (unfolding, fonts): whoever is at the end stays there.
  const grown = new ResizeObserver(() => {
    if (atEnd) goToEnd();
  });
  grown.observe(list);
  grown.observe(scroll);

  /** Heads of messages that follow one another closely are left out, and days are named. */
  const arrange = (): void => {
    for (const line of list.querySelectorAll(':scope > .day')) line.remove();
    let before: ShownMessage | null = null;
    for (const element of [...list.children]) {
      const message = items.get(numberOf(element))?.message;
      if (message === undefined) continue;
      const at = new Date(message.at);
      const newDay = before === null || new Date(before.at).toDateString() !== at.toDateString();
      if (newDay) element.before(make('li', 'day', dayName(at)));
      const close = before !== null && at.getTime() - new Date(before.at).getTime() < togetherMs;
      const sameVoice = before?.author === message.author && before.private === message.private;
      element.classList.toggle('goes-on', !newDay && close && sameVoice);
      before = message;
    }
    options.onEmpty(items.size === 0);
  };

  const insert = (item: MessageItem): void => {
    const root = item.message.thread === null ? undefined : items.get(item.message.thread);
    const into = root?.replies ?? list;
    const after = [...into.children].find((element) => numberOf(element) > item.message.number);
    into.insertBefore(item.element, after ?? null);
  };

  /** A private answer to a click means that the clicked message stays as it is. */
  const settle = (invocation: string): void => {
    const pressed = clicks.get(invocation);
    if (pressed === undefined || !answered.has(invocation)) return;
    items.get(pressed)?.release();
    clicks.delete(invocation);
  };

  const place = (message: ShownMessage): 'new' | 'edited' | 'known' => {
    const shown = items.get(message.number);
    if (shown !== undefined) {
      if (shown.message.change >= message.change) return 'known';
      shown.update(message);
      return 'edited';
    }
    const item = createMessageItem(message, options.context);
    items.set(message.number, item);
    insert(item);
    return 'new';
  };

  const drop = (number: number): void => {
    items.get(number)?.element.remove();
    items.delete(number);
  };

  return {
    reset: (messages) => {
      const wanted = new Set(messages.map(({ number }) => number));
      for (const [number, { message }] of items) {
        // A log that was begun anew counts from one again: the same number is another message then.
        const same = messages.find((each) => each.number === number)?.at === message.at;
        if (!wanted.has(number) || !same) drop(number);
      }
      for (const message of messages) place(message);
      arrange();
      atEnd = true;
      goToEnd();
    },
    put: (message) => {
      const before = items.get(message.number)?.message.view;
      const done = place(message);
      if (done === 'known') return;
      if (message.private && message.invocation !== null) {
        answered.add(message.invocation);
        settle(message.invocation);
      }
      if (done === 'edited') {
        if (message.view !== null && before?.tone !== message.view.tone) options.announce(message.view.title);
        return;
      }
      const [oldest] = items.keys();
      if (items.size > mostItems && oldest !== undefined) drop(oldest);
      arrange();
      if (!atEnd) toEnd.hidden = false;
      options.announce(`${message.authorName}: ${message.view?.title ?? message.text ?? ''}`);
    },
    toEnd: () => {
      atEnd = true;
      goToEnd();
    },
    clicked: (invocation, message) => {
      clicks.set(invocation, message.number);
      settle(invocation);
    },
  };
}

function numberOf(element: Element): number {
  return Number(element.id.slice('message-'.length) || Number.NaN);
}

function dayName(day: Date): string {
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day.toDateString() === today.toDateString()) return 'Today';
  if (day.toDateString() === yesterday.toDateString()) return 'Yesterday';
  return new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' }).format(day);
}
