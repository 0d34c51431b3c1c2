import type { ConsoleLog, ConsoleMessage, ConsoleMessageInput } from '../../src/ports/store/invocation-store.ts';

/** A console log in memory that keeps the port's rules, and can be made to fail as a database does. */
export interface MemoryLog extends ConsoleLog {
  /** The next write rejects. */
  failNextWrite(): void;
  /** All later calls reject, until called with false. */
  setDown(down: boolean): void;
  /** The next replace finds its message gone, as after a clean-up of the store. */
  loseNextReplaced(): void;
  /** How often it was read. */
  readonly reads: number;
}

/** Makes the log. Values pass through JSON, as in a database; answers are never given in the same turn. */
export function createMemoryLog(): MemoryLog {
  const messages = new Map<number, ConsoleMessage>();
  const byKey = new Map<string, number>();
  let numbers = 0;
  let changes = 0;
  let reads = 0;
  let failNext = false;
  let loseNext = false;
  let down = false;

  const tick = async (kind: 'read' | 'write'): Promise<void> => {
    if (kind === 'read') reads++;
    await new Promise((resolve) => setImmediate(resolve));
    const failing = down || (kind === 'write' && failNext);
    if (kind === 'write') failNext = false;
    if (failing) throw new Error('connection to the database was lost');
  };
  const inChannel = (channel: string) => [...messages.values()].filter((message) => message.channel === channel);

  return {
    append: async (input: ConsoleMessageInput) => {
      await tick('write');
      if (input.thread !== null && !messages.has(input.thread)) throw new Error('foreign key: thread');
      const { key, ...message } = input;
      const posted = key === undefined ? undefined : byKey.get(key);
      const before = posted === undefined ? undefined : messages.get(posted);
      if (before) {
        messages.set(before.number, { ...before, view: asJson(input.view), change: ++changes, editedAt: input.at });
        return before.number;
      }
      const number = ++numbers;
      if (key !== undefined) byKey.set(key, number);
      messages.set(number, { ...message, view: asJson(input.view), number, change: ++changes, editedAt: null });
      return number;
    },
    replace: async (number, view, at) => {
      await tick('write');
      const before = messages.get(number);
      const lost = loseNext;
      loseNext = false;
      if (before === undefined || lost) return false;
      messages.set(number, { ...before, view: asJson(view), change: ++changes, editedAt: at });
      return true;
    },
    changes: async (channel, after, limit) => {
      await tick('read');
      const changed = inChannel(channel).filter(({ change }) => change > after);
      return changed.sort((a, b) => a.change - b.change).slice(0, limit);
    },
    latest: async (channel, limit) => {
      await tick('read');
      return inChannel(channel)
        .sort((a, b) => a.number - b.number)
        .slice(-limit);
    },
    failNextWrite: () => {
      failNext = true;
    },
    setDown: (now) => {
      down = now;
    },
    loseNextReplaced: () => {
      loseNext = true;
    },
    get reads() {
      return reads;
    },
  };
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
