import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { refusalCard } from '../../src/messages/cards/refusal-card.ts';
import { cleanLine } from '../../src/messages/plain-text.ts';
import type { Conversation, Invocation, OnInvocation } from '../../src/ports/chat.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { ConsoleLog, ConsoleMessage } from '../../src/ports/store/invocation-store.ts';
import { ConsoleError } from './errors.ts';
import { consoleAccount } from './identity.ts';
import { consoleAddress, type Outbox } from './outbox.ts';
import { readStoredView, visibleTo } from './stored-message.ts';

/** Longest command, in UTF-16 units. */
const mostCommandChars = 4000;

const requestId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
const number = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** POST /api/say. `request` is the sender's own id for this one try: a repeat with the same id is the same invocation. */
export const sayBody = z.strictObject({
  as: z.string().max(64).exactOptional(),
  channel: z.string().max(64),
  text: z.string().max(mostCommandChars),
  request: requestId.exactOptional(),
});

/** POST /api/click. `change` is the message's change number as the sender saw it; it makes finding the message quick. */
export const clickBody = z.strictObject({
  as: z.string().max(64).exactOptional(),
  channel: z.string().max(64),
  action: z.string().min(1).max(200),
  message: number,
  change: z.number().int().nonnegative().exactOptional(),
  request: requestId.exactOptional(),
});

/** What a sender gets back: the invocation's key, and the change number after which all that belongs to it comes. */
export interface Taken {
  readonly invocation: string;
  readonly after: number;
}

/** Turns requests into invocations. Rejects with ConsoleError or ChatError. */
export interface Receiver {
  say(person: string, body: z.infer<typeof sayBody>): Promise<Taken>;
  click(person: string, body: z.infer<typeof clickBody>): Promise<Taken>;
  /** A message of the channel that this person may see. Throws ERR_CONSOLE_MESSAGE. */
  find(person: string, channel: string, messageNumber: number, change: number): Promise<ConsoleMessage>;
}

/** How many of the last requests are remembered, so that a repeated one is not shown in the channel twice. */
const mostRemembered = 1000;

/** Makes the receiver. It answers the sender when the core has durably taken or refused the invocation. */
export function createReceiver(options: {
  readonly log: ConsoleLog;
  readonly outbox: Outbox;
  readonly logger: Logger;
  readonly channels: ReadonlyMap<string, string>;
  readonly nameOf: (person: string) => string;
  readonly onInvocation: OnInvocation;
}): Receiver {
  const { log, outbox, logger, channels } = options;
  const shownAt = new Map<string, number>();

  const conversationOf = (channel: string, key: string): Conversation => {
    const name = channels.get(channel);
    if (name === undefined) throw new ConsoleError('ERR_CONSOLE_CHANNEL');
    return { platform: 'console', tenant: 'local', channel, name, direct: false, reference: { invocation: key } };
  };

  const hand = async (
    person: string,
    key: string,
    conversation: Conversation,
    what: Invocation['what'],
    thread: number | null,
  ): Promise<void> => {
    const { channel } = conversation;
    const respond: Invocation['respond'] = async (view) => {
      await outbox.post(view, { channel, invocation: key, thread, visibleTo: person });
    };
    const invocation: Invocation = {
      key,
      account: consoleAccount(person),
      displayName: options.nameOf(person),
      conversation,
      what,
      respond,
    };
    try {
      await options.onInvocation(invocation);
    } catch (error) {
      logger.error({ error, invocation: key }, 'the core did not take an invocation from the console');
      await respond(refusalCard({ code: 'internal_refusal', details: [] }));
    }
  };

  const find: Receiver['find'] = async (person, channel, messageNumber, change) => {
    if (!channels.has(channel)) throw new ConsoleError('ERR_CONSOLE_CHANNEL');
    // A message's change number only rises, so it can't be before the change at which somebody has seen it.
    let after = Math.max(0, change - 1);
    for (;;) {
      const changes = await log.changes(channel, after, 50);
      const found = changes.find((message) => message.number === messageNumber);
      if (found !== undefined && visibleTo(found, person)) return found;
      const last = changes.at(-1);
      if (found !== undefined || last === undefined) throw new ConsoleError('ERR_CONSOLE_MESSAGE');
      after = last.change;
    }
  };

  const keyFor = (kind: 'say' | 'click', person: string, request: string | undefined) =>
    `console:${kind}:${person}:${request ?? randomUUID()}`;

  return {
    find,
    say: async (person, { channel, text, request }) => {
      const key = keyFor('say', person, request);
      const conversation = conversationOf(channel, key);
      const command = bareCommand(text);
      let after = shownAt.get(key);
      if (after === undefined) {
        await outbox.typed(person, channel, cleanLine(`/oob ${command}`.trim()), key);
        // Read before the core knows of it: whatever answers it has a later change.
        after = (await log.latest(channel, 1))[0]?.change ?? 0;
        remember(shownAt, key, after);
      }
      await hand(person, key, conversation, { kind: 'command', text: command }, null);
      return { invocation: key, after };
    },
    click: async (person, { channel, action, message: messageNumber, change, request }) => {
      const key = keyFor('click', person, request);
      const conversation = conversationOf(channel, key);
      const clicked = await find(person, channel, messageNumber, change ?? 0);
      const { invocation } = readStoredView(clicked.view);
      const message = consoleAddress({ channel, number: clicked.number, invocation, thread: clicked.thread });
      const after = (await log.latest(channel, 1))[0]?.change ?? 0;
      await hand(person, key, conversation, { kind: 'action', id: action, message }, clicked.thread);
      return { invocation: key, after };
    },
  };
}

/** A typed line without the `/oob` or `@oob` that may stand in front. */
function bareCommand(text: string): string {
  return text.trim().replace(/^[/@]oob(?=\s|$)\s*/i, '');
}

function remember(shownAt: Map<string, number>, key: string, after: number): void {
  shownAt.set(key, after);
  const [oldest] = shownAt.keys();
  if (shownAt.size > mostRemembered && oldest !== undefined) shownAt.delete(oldest);
}
