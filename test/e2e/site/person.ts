import { z } from 'zod';
import { parseView } from '../../../src/messages/parse-view.ts';
import type { View, ViewOutcome } from '../../../src/messages/view.ts';

/** One state of one message, as one person sees it. */
export interface Shown {
  readonly number: number;
  readonly change: number;
  /** Number of the message in whose thread it stands. */
  readonly thread: number | null;
  readonly private: boolean;
  /** When this state was put there, milliseconds since 1970. */
  readonly atMs: number;
  readonly invocation: string | null;
  readonly view: View;
}

/** What belongs to one thing that a person said or pressed. */
export interface Answers {
  readonly invocation: string;
  /** The first state, past or to come, that passes. */
  until(passes: (state: Shown) => boolean): Promise<Shown>;
  /** The first state outside threads that is neither working nor waiting. */
  end(): Promise<Shown>;
  /** Every state so far. */
  states(): readonly Shown[];
}

/** Somebody at the console, over its HTTP interface. */
export interface Person {
  readonly id: string;
  readonly token: string;
  /** Follows the channel on, from where it was lost; to be called when the service is there again. */
  connect(): Promise<void>;
  say(text: string): Promise<Answers>;
  /** Presses the button with this label on a message as it was shown. Resolves when the service has taken the click. */
  press(message: Shown, label: string): Promise<Answers>;
  /** The first state of any message of the service, past or to come, that passes. */
  until(passes: (state: Shown) => boolean): Promise<Shown>;
  /** Every state of every message of the service so far. */
  states(): readonly Shown[];
  /** The text of the file that goes with a message. */
  attachment(message: Shown): Promise<string>;
  leave(): void;
}

const channel = 'it-ops';
/** A state that has not come after this long will not come; longer than anything here takes. */
const patienceMs = 45_000;
const takenSchema = z.object({ invocation: z.string() });
const messageSchema = z.object({
  number: z.number(),
  change: z.number(),
  thread: z.number().nullable(),
  private: z.boolean(),
  at: z.coerce.date(),
  editedAt: z.coerce.date().nullable(),
  invocation: z.string().nullable(),
  view: z.unknown(),
});

/** How a state stands: what its view says, else whether it is at work. */
export const outcomeOf = ({ view }: Shown): ViewOutcome =>
  view.outcome ?? (view.tone === 'working' ? 'working' : 'done');

/** True for states after which nothing more comes. */
export const isEnd = (state: Shown): boolean => !['working', 'waiting'].includes(outcomeOf(state));

/** Seats somebody with a token at the console at `url`. */
export function createPerson(id: string, token: string, url: string): Person {
  const states: Shown[] = [];
  const waiting = new Set<() => void>();
  const leaving = new AbortController();
  const headers = { 'x-oob-console': '1', 'content-type': 'application/json', authorization: `Bearer ${token}` };

  const keep = (data: string): void => {
    const { at, editedAt, view, ...message } = messageSchema.parse(JSON.parse(data));
    const parsed = view === null ? null : parseView(view);
    if (parsed === null) return;
    states.push({ ...message, view: parsed, atMs: (editedAt ?? at).getTime() });
    for (const look of [...waiting]) look();
  };
  const follow = async (body: ReadableStream<Uint8Array>, caughtUp: () => void): Promise<void> => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of body) {
      const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (block.includes('event: message\n') && data !== undefined) keep(data);
        if (block.includes('event: caught-up\n')) caughtUp();
      }
    }
  };

  const until = (passes: (state: Shown) => boolean): Promise<Shown> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(look);
        const seen = states.slice(-8).map((state) => `  #${state.number} ${state.view.title}`);
        reject(new Error(`${id} waited in vain; the last states:\n${seen.join('\n')}`));
      }, patienceMs);
      const look = () => {
        const found = states.find(passes);
        if (found === undefined) return;
        clearTimeout(late);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });

  const post = async (path: string, body: Record<string, unknown>): Promise<Answers> => {
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      headers,
      body: JSON.stringify({ channel, ...body }),
    });
    if (!response.ok) throw new Error(`${path} as ${id}: ${response.status} ${await response.text()}`);
    const { invocation } = takenSchema.parse(await response.json());
    const belongs = (state: Shown) => state.invocation === invocation;
    return {
      invocation,
      until: (passes) => until((state) => belongs(state) && passes(state)),
      end: () => until((state) => belongs(state) && state.thread === null && isEnd(state)),
      states: () => states.filter(belongs),
    };
  };

  return {
    id,
    token,
    async connect() {
      const after = states.at(-1)?.change ?? 0;
      const response = await fetch(new URL(`/api/stream?channel=${channel}&after=${after}`, url), {
        headers,
        signal: leaving.signal,
      });
      if (!response.ok || !response.body) throw new Error(`the stream of ${id}: ${response.status}`);
      const { body } = response;
      await new Promise<void>((resolve, reject) => {
        const ended = () => reject(new Error(`the stream of ${id} ended before it had caught up`));
        // It ends with the service, however that ends.
        follow(body, resolve).then(ended, ended);
      });
    },
    say: (text) => post('/api/say', { text }),
    async press(message, label) {
      const action = message.view.actions?.find((each) => each.label === label);
      if (!action) throw new Error(`"${message.view.title}" has no button "${label}"`);
      return post('/api/click', { action: action.id, message: message.number, change: message.change });
    },
    until,
    states: () => states,
    async attachment({ number, change }) {
      const query = new URLSearchParams({ channel, change: String(change) });
      return (await fetch(new URL(`/api/attachment/${number}?${query}`, url), { headers })).text();
    },
    leave: () => leaving.abort(),
  };
}
