import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { parseView } from '../messages/parse-view.ts';
import type { View } from '../messages/view.ts';

/** The service answered, and the answer was no. `code` is the console's, such as ERR_CONSOLE_TOKEN. */
export class ConsoleRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ConsoleRefused';
    this.code = code;
  }
}

/** Nobody answers at the address, or what answers is no console, or it is in no state to take anything. */
export class ConsoleUnreachable extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ConsoleUnreachable';
  }
}

/** One state of one message of the service. */
export interface ClientMessage {
  readonly number: number;
  readonly change: number;
  readonly thread: number | null;
  readonly private: boolean;
  readonly invocation: string | null;
  /** Null for what a person typed. */
  readonly view: View | null;
  readonly attachment: { readonly name: string; readonly bytes: number; readonly url: string } | null;
}

/** A running service's console, as a program sees it. Everything rejects with ConsoleRefused or ConsoleUnreachable. */
export interface ConsoleClient {
  say(channel: string, text: string): Promise<{ readonly invocation: string; readonly after: number }>;
  /** Every message that changes after `after`, for as long as somebody reads; a broken stream is taken up again. */
  follow(channel: string, after: number): AsyncGenerator<ClientMessage, never>;
}

const takenSchema = z.object({ invocation: z.string(), after: z.number() });
const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const messageSchema = z.object({
  number: z.number(),
  change: z.number(),
  thread: z.number().nullable(),
  private: z.boolean(),
  invocation: z.string().nullable(),
  view: z.unknown(),
  attachment: z.object({ name: z.string(), bytes: z.number() }).nullable(),
});

/** After this many failures in a row a stream is given up: about 20 seconds, longer than a restart of the service takes. */
const mostFailures = 13;

/** Makes the client. `as` is who speaks (in the demo; elsewhere the token decides), `token` goes in a header, never in an address. */
export function createConsoleClient(options: {
  readonly url: string;
  readonly as: string | null;
  readonly token: string | null;
}): ConsoleClient {
  const { as, token } = options;
  const base = new URL(options.url);
  const headers = { 'x-oob-console': '1', ...(token === null ? {} : { authorization: `Bearer ${token}` }) };

  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    let response: Response;
    try {
      response = await fetch(new URL(path, base), { ...init, redirect: 'error' });
    } catch (cause) {
      throw new ConsoleUnreachable(`Nothing answers at ${base.origin}.`, { cause });
    }
    if (response.ok) return response;
    const said = errorSchema.safeParse(await response.json().catch(() => null));
    if (!said.success) throw new ConsoleUnreachable(`What answers at ${base.origin} is no oob console.`);
    if (response.status >= 500) throw new ConsoleUnreachable(said.data.error.message);
    throw new ConsoleRefused(said.data.error.code, said.data.error.message);
  };

  const query = (channel: string, more: Readonly<Record<string, string>>) =>
    new URLSearchParams({ channel, ...(as === null ? {} : { as }), ...more }).toString();

  const read = (channel: string, data: string): ClientMessage | null => {
    const parsed = messageSchema.safeParse(JSON.parse(data));
    if (!parsed.success) return null;
    const { attachment, view, ...message } = parsed.data;
    const { number, change } = message;
    const address = () => new URL(`/api/attachment/${number}?${query(channel, { change: String(change) })}`, base).href;
    return {
      ...message,
      view: view === null ? null : parseView(view),
      attachment: attachment === null ? null : { ...attachment, url: address() },
    };
  };

  return {
    say: async (channel, text) => {
      const response = await ask('/api/say', {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ channel, text, ...(as === null ? {} : { as }) }),
      });
      const taken = takenSchema.safeParse(await response.json());
      if (!taken.success) throw new ConsoleUnreachable(`What answers at ${base.origin} is no oob console.`);
      return taken.data;
    },
    async *follow(channel, after) {
      let last = after;
      for (let failures = 0; ; failures++) {
        try {
          const path = `/api/stream?${query(channel, { after: String(last) })}`;
          const response = await ask(path, { headers: { ...headers, accept: 'text/event-stream' } });
          for await (const { event, data } of serverSentEvents(response.body ?? new ReadableStream())) {
            failures = 0;
            const message = event === 'message' ? read(channel, data) : null;
            if (message === null) continue;
            last = message.change;
            yield message;
          }
        } catch (error) {
          if (error instanceof ConsoleRefused) throw error;
          if (failures >= mostFailures)
            throw new ConsoleUnreachable(`The connection to ${base.origin} was lost.`, { cause: error });
        }
        await sleep(Math.min(100 * 2 ** failures, 2000));
      }
    },
  };
}

/** Events of a text/event-stream body, to its end. Only what the console sends: `event`, one or more lines of `data`. */
async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ readonly event: string; readonly data: string }> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const field = (name: string) =>
        lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
      const data = field('data');
      if (data.length > 0) yield { event: field('event').at(-1) ?? 'message', data: data.join('\n') };
    }
  }
}
