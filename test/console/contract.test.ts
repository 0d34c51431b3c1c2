import { randomUUID } from 'node:crypto';
import { createConsoleAdapter } from '../../adapters/console/index.ts';
import type { Account, ChatAdapter } from '../../src/ports/chat.ts';
import { type ChatHarness, describeChatAdapter, type Fault } from '../contract/chat-contract.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { seeCard } from '../teams/card-look.ts';
import { noPages, quietLogger } from './console-bench.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import { act, rawRequest } from './raw-request.ts';

const account = (user: string): Account => ({ platform: 'console', tenant: 'local', user });

/** The console over its real HTTP API, with the log in memory. */
function createConsoleHarness(): ChatHarness {
  const log: MemoryLog = createMemoryLog();
  let adapter: (ChatAdapter & { readonly url: string }) | null = null;
  let changes: Readonly<Record<string, number>> = {};
  const base = () => adapter?.url ?? '';

  const send = async (path: string, body: object, times = 1): Promise<void> => {
    const request = randomUUID();
    for (let time = 0; time < times; time++) {
      const answer = await act(base(), path, { channel: 'it-ops', request, ...body });
      if (answer.status !== 200) throw new Error(`the console answered ${answer.status} ${answer.body}`);
    }
  };

  const faults: Readonly<Record<string, () => void>> = {
    server_error: () => log.failNextWrite(),
    message_gone: () => log.loseNextReplaced(),
  };

  return {
    people: { operator: account('operator'), approver: account('approver') },
    ways: ['command', 'mention'],
    faults: Object.keys(faults) as Fault[],
    privateAnswers: true,
    start: async (onInvocation) => {
      adapter = createConsoleAdapter({
        listen: { host: '127.0.0.1', port: 0 },
        log,
        clock: createFakeClock(),
        channels: [{ id: 'it-ops', name: '#it-ops' }],
        people: [{ id: 'operator', name: 'Operator' }],
        mode: { kind: 'demo' },
        pages: noPages,
        logger: quietLogger,
      });
      await adapter.start(onInvocation);
      return adapter;
    },
    stop: async () => adapter?.stop(),
    sendCommand: (text, who, options = {}) => {
      const prefix = options.way === 'mention' ? '@oob' : '/oob';
      return send('/api/say', { as: who.user, text: `${prefix} ${text}` }, options.times);
    },
    click: (action, message, who, options = {}) =>
      send('/api/click', { as: who.user, action, message: Number(message), change: changes[message] }, options.times),
    messages: async () => {
      // Private messages are seen by one person each: look as both.
      const seen = new Map<number, ReturnType<typeof shownOf>>();
      for (const as of ['operator', 'approver']) {
        const answer = await rawRequest(base(), 'GET', `/api/messages?channel=it-ops&as=${as}`);
        for (const message of messagesOf(answer.json)) {
          if (message.card === null) continue;
          changes = { ...changes, [message.number]: message.change };
          const path = `/api/attachment/${message.number}?channel=it-ops&as=${as}&change=${message.change}`;
          const file = message.attachment === null ? null : await rawRequest(base(), 'GET', path);
          const query = `channel=it-ops&as=${as}&change=${message.change}`;
          const picture =
            message.picture === null ? null : await fetch(`${base()}/api/picture/${message.number}?${query}`);
          const base64 = picture === null ? '' : Buffer.from(await picture.arrayBuffer()).toString('base64');
          seen.set(message.number, shownOf(message, file?.body ?? '', base64));
        }
      }
      return [...seen].sort(([a], [b]) => a - b).map(([, message]) => message);
    },
    failNext: (fault) => faults[fault]?.(),
  };
}

interface ApiMessage {
  readonly number: number;
  readonly change: number;
  readonly private: boolean;
  readonly thread: number | null;
  readonly card: Readonly<Record<string, unknown>> | null;
  readonly attachment: { readonly name: string } | null;
  readonly picture: { readonly alt: string } | null;
}

function messagesOf(json: unknown): readonly ApiMessage[] {
  return (json as { readonly messages: readonly ApiMessage[] }).messages;
}

function shownOf(message: ApiMessage, fileContent: string, base64: string) {
  const { text, actions, links } = seeCard(message.card ?? {});
  return {
    id: String(message.number),
    text,
    actions,
    links,
    private: message.private,
    thread: message.thread === null ? null : String(message.thread),
    pings: [],
    files: message.attachment === null ? [] : [{ name: message.attachment.name, content: fileContent }],
    pictures: message.picture === null ? [] : [{ alt: message.picture.alt, base64 }],
  };
}

describeChatAdapter('console', createConsoleHarness);
